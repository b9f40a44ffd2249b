/** Its owner may cancel an order: before it is paid at once, after that with a refund, and not for ever. */
import { test } from 'tap';
import { as } from '../../session.ts';
import { entriesOf, get, place, type OrderBody } from '../../shop.ts';
import { eventually, type TestHost } from '../../support.ts';
import { answersTo, hears, PRICE, reaches, startOrders, toldOf } from './fakes.ts';

function cancel(host: TestHost, { orderId }: OrderBody, userId = 'alice') {
  return host.app.inject({
    method: 'POST',
    url: `/api/orders/${orderId}/cancel`,
    headers: as(host, userId),
  });
}

async function paidOrder(host: TestHost): Promise<OrderBody> {
  const order = await place(host, { a: 1 });
  const { reserve, score, pay } = answersTo(host, order);
  await Promise.all([reserve(), score(), pay()]);
  return reaches(host, order, 3);
}

const told = async (host: TestHost, type: string) =>
  (await entriesOf(host, 'ORDERS_STREAM')).filter((entry) => entry['type'] === type);

test('an order that is not paid is cancelled at once, and a payment that comes is told so again', async (t) => {
  const host = await startOrders(t);
  const order = await place(host, { a: 1 });
  const { reserve, score, pay } = answersTo(host, order);
  await Promise.all([reserve(), score()]);
  await reaches(host, order, 2);

  const response = await cancel(host, order);
  t.equal(response.statusCode, 202);
  t.match(response.json(), {
    orderId: order.orderId,
    orderStatusCode: -2,
    cancellation: 'cancelled',
    reason: 'Cancelled by the customer',
  });
  t.same(await toldOf(host, order, 3), ['order.placed', 'order.accepted', 'order.cancelled']);

  await pay();
  await eventually(
    'whoever took the payment hears of it again',
    async () => (await told(host, 'order.cancelled')).length === 2,
  );
  const after = await get(host, `/api/orders/${order.orderId}`);
  t.match(after.json(), { orderStatusCode: -2, paymentId: String }, 'it is not revived');
  t.equal((await told(host, 'order.paid')).length, 0);
});

test('a paid order asks for its refund, and ends when all is given back', async (t) => {
  const host = await startOrders(t);
  const order = await paidOrder(host);
  const response = await cancel(host, order);
  t.equal(response.statusCode, 202);
  t.match(response.json(), { orderStatusCode: 3, cancellation: 'refund requested' });
  t.match(await told(host, 'order.refund_requested'), [
    { orderId: order.orderId, userId: 'alice', paymentId: order.paymentId, reason: String },
  ]);

  const { refund } = answersTo(host, order);
  await refund(40);
  await hears(host, order, 4);
  t.match((await get(host, `/api/orders/${order.orderId}`)).json(), {
    orderStatusCode: 3,
    refundedAmount: 40,
    cancellation: 'refund requested',
  });
  await refund(60, PRICE);
  t.match(await reaches(host, order, 4), { refundedAmount: PRICE, cancellation: 'refunded' });
  await toldOf(host, order, 5);
  t.match(await told(host, 'order.refunded'), [
    { orderId: order.orderId, paymentId: order.paymentId, restock: 'true' },
  ]);
});

test('what the operator refunds is not sold again', async (t) => {
  const host = await startOrders(t);
  const order = await paidOrder(host);
  await answersTo(host, order).refund(PRICE);
  const refunded = await reaches(host, order, 4);
  t.notOk('cancellation' in refunded);
  await toldOf(host, order, 4);
  t.match(await told(host, 'order.refunded'), [{ orderId: order.orderId, restock: 'false' }]);
});

test('cancelling again changes nothing, whoever is faster', async (t) => {
  const host = await startOrders(t);
  const [open, paid] = [await place(host, { a: 1 }), await paidOrder(host)];
  for (const order of [open, paid]) {
    const answers = await Promise.all(Array.from({ length: 10 }, () => cancel(host, order)));
    t.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([202]));
    t.equal((await cancel(host, order)).statusCode, 202);
  }
  t.equal((await told(host, 'order.cancelled')).length, 1);
  t.equal((await told(host, 'order.refund_requested')).length, 1);
  await answersTo(host, paid).refund(PRICE);
  await reaches(host, paid, 4);
  t.match((await cancel(host, paid)).json(), { orderStatusCode: 4, cancellation: 'refunded' });
});

test('an order that has ended otherwise is not cancelled', async (t) => {
  const host = await startOrders(t);
  const [rejected, declined] = [await place(host, { a: 1 }), await place(host, { a: 1 })];
  await answersTo(host, rejected).refuseStock();
  const { reserve, score, decline } = answersTo(host, declined);
  await Promise.all([reserve(), score(), decline()]);
  const refunded = await paidOrder(host);
  await answersTo(host, refunded).refund(PRICE);
  for (const [order, status, events] of [
    [rejected, -1, 2],
    [declined, -3, 3],
    [refunded, 4, 4],
  ] as const) {
    await reaches(host, order, status);
    const before = await toldOf(host, order, events);
    const response = await cancel(host, order);
    t.equal(response.statusCode, 409);
    t.match(response.json(), {
      type: 'urn:millrace:problem:too-late-to-cancel',
      detail: /cannot be cancelled: it/,
      orderStatusCode: status,
    });
    t.same(await toldOf(host, order, events), before);
  }
});

test('a paid order is cancelled within ORDER_CANCEL_WITHIN_MS, not after; an unpaid one always', async (t) => {
  const host = await startOrders(t, { environment: { ORDER_CANCEL_WITHIN_MS: '0' } });
  const paid = await paidOrder(host);
  const response = await cancel(host, paid);
  t.equal(response.statusCode, 409);
  t.match(response.json(), { detail: /too long ago/ });
  t.match((await get(host, `/api/orders/${paid.orderId}`)).json(), { orderStatusCode: 3 });
  t.equal((await cancel(host, await place(host, { a: 1 }))).statusCode, 202);
});

test("another's order is not there to be cancelled", async (t) => {
  const host = await startOrders(t);
  const order = await place(host, { a: 1 });
  t.equal((await cancel(host, order, 'mallory')).statusCode, 404);
  const url = `/api/orders/${order.orderId}/cancel`;
  t.equal((await host.app.inject({ method: 'POST', url })).statusCode, 401);
  t.equal((await cancel(host, { ...order, orderId: 'nobodys' })).statusCode, 404);
  t.match((await get(host, `/api/orders/${order.orderId}`)).json(), { orderStatusCode: 1 });
  t.same(await toldOf(host, order, 1), ['order.placed']);
});
