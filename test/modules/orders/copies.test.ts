/** Two processes with orders in their memories, of which either may have an old one. */
import { test } from 'tap';
import { createRecordReplies } from '../../../modules/orders/record-replies.ts';
import { orders } from '../../../modules/orders/index.ts';
import { openOrderStore } from '../../../modules/orders/store.ts';
import { as } from '../../session.ts';
import { place } from '../../shop.ts';
import { startTestHost } from '../../support.ts';
import { answersTo, hears, reaches, startOrders, toldOf } from './fakes.ts';

test('an order that another process has changed is decided on as it is now', async (t) => {
  const host = await startOrders(t);
  const copy = await startTestHost(t, { env: host.env, modules: [orders] });
  const placed = await Promise.all(
    Array.from({ length: 40 }, (_, i) => place(i % 2 ? host : copy, { a: 1 })),
  );
  // Which of the two hears an answer is a matter of chance; each remembers what it has placed.
  await Promise.all(
    placed.map(async (order, i) => {
      const { reserve, score, pay } = answersTo(host, order);
      await Promise.all(i % 3 ? [reserve(), score()] : [score()]);
      if (i % 3 === 0) {
        await hears(host, order, 1);
        const url = `/api/orders/${order.orderId}/cancel`;
        const one = i % 2 ? copy : host;
        const answer = await one.app.inject({ method: 'POST', url, headers: as(one, 'alice') });
        t.equal(answer.statusCode, 202);
        await reserve();
      } else {
        // Nobody pays what was not published yet.
        await toldOf(host, order, 2);
        await pay();
      }
      await reaches(host, order, i % 3 ? 3 : -2);
    }),
  );
  for (const [i, order] of placed.entries()) {
    const types = i % 3 ? ['placed', 'accepted', 'paid'] : ['placed', 'cancelled'];
    t.same(
      await toldOf(host, order, types.length),
      types.map((type) => `order.${type}`),
    );
    await hears(host, order, i % 3 ? 3 : 2);
  }
});

test('an order that ends while others of its batch are read has its answer stored', async (t) => {
  const host = await startOrders(t);
  const order = await place(host, { a: 1 });
  const { reserve, score } = answersTo(host, order);
  await Promise.all([reserve(), score()]);
  await reaches(host, order, 2);
  const store = openOrderStore(host.context('orders'));
  const stored = await store.orders.findOne({ _id: order.orderId });
  store.remembered.set(order.orderId, stored!);
  const recordReplies = createRecordReplies(store, 8);
  const processed = [order.orderId, 'of-nobody'].map((orderId) => ({
    type: 'payment.processed',
    eventId: `paid-${orderId}`,
    stream: 'PAYMENTS_STREAM',
    entryId: '1-0',
    v: 1,
    at: Date.now(),
    key: orderId,
    traceparent: undefined,
    data: { orderId },
  }));
  const storing = recordReplies(processed, () => ({
    payment: { outcome: 'processed', paymentId: 'p' },
  }));
  await new Promise((resolve) => setImmediate(resolve));
  t.ok(store.remembered.delete(order.orderId), 'as the commit of its end does');
  t.match(await storing, [{ _id: order.orderId, answers: { payment: { paymentId: 'p' } } }]);
  await hears(host, order, 3);
});
