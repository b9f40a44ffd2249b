/** A process that is killed loses no order that it had answered. */
import { test } from 'tap';
import { as, introduce, internalTokensOf } from '../../session.ts';
import { seed } from '../../shop.ts';
import { startProcess } from '../../process.ts';
import { eventually, openTestEnvironment, startTestHost } from '../../support.ts';
import type { OrderDocument } from '../../../modules/orders/document.ts';

/** More than two statements take: what is answered by one is answered at once. */
const ORDERS = 1500;
const KILL_AFTER = 150;

test('kill -9 in the middle of 500 orders: each that was answered 202 is paid, once', async (t) => {
  const env = await openTestEnvironment(t);
  const seeding = await startTestHost(t, { env });
  await seed(seeding, [{ productId: 'a', stockQty: 10_000 }]);
  await seeding.stop();

  const internalTokens = await internalTokensOf(env);
  const users = Array.from({ length: ORDERS }, (_, i) => `user-${i}`);
  await introduce(env, users);
  const first = await startProcess(t, env);
  const answered: string[] = [];
  const requests = Array.from({ length: ORDERS }, async (_, i) => {
    const response = await fetch(`${first.url}/api/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...as({ internalTokens }, users[i]!) },
      body: JSON.stringify({ items: [{ productId: 'a', quantity: 1 }] }),
    });
    if (response.status !== 202) return;
    answered.push(((await response.json()) as { orderId: string }).orderId);
    if (answered.length === KILL_AFTER) first.child.kill('SIGKILL');
  });
  await Promise.allSettled(requests);
  t.ok(
    answered.length >= KILL_AFTER && answered.length < ORDERS,
    `${answered.length} of ${ORDERS} were answered`,
  );

  await startProcess(t, env);
  const orders = env.mongodb.db(`${env.databasePrefix}orders`).collection<OrderDocument>('orders');
  await eventually(
    'every order has ended',
    async () => (await orders.countDocuments({ orderStatusCode: { $in: [1, 2] } })) === 0,
    60_000,
  );

  t.equal(
    await orders.countDocuments({ _id: { $in: answered }, orderStatusCode: 3 }),
    answered.length,
  );
  const payments = await env.mongodb
    .db(`${env.databasePrefix}payments`)
    .collection('payments')
    .aggregate<{ _id: string; count: number }>([
      { $group: { _id: '$orderId', count: { $sum: 1 } } },
    ])
    .toArray();
  t.ok(
    payments.every(({ count }) => count === 1),
    'each order has one payment',
  );
  const paid = new Set(payments.map(({ _id }) => _id));
  t.ok(
    answered.every((orderId) => paid.has(orderId)),
    'each answered order has its payment',
  );
});
