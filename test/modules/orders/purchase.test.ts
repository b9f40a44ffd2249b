/** The main job: an order is placed, its stock is taken, it is paid. */
import { test, type Test } from 'tap';
import {
  allEnded,
  ended,
  entriesOf,
  get,
  place,
  post,
  seed,
  stockOf,
  type OrderBody,
} from '../../shop.ts';
import { startSplitShop } from '../../split.ts';
import { eventually, startTestHost } from '../../support.ts';

/** Where the modules run changes nothing of what they do. */
const WAYS = [
  ['in one process', (t: Test) => startTestHost(t)],
  ['a process for each module', startSplitShop],
] as const;

for (const [where, start] of WAYS) {
  test(`an order for two products is paid, once, for the sum of the catalogue prices: ${where}`, async (t) => {
    const host = await start(t);
    await seed(host, [
      { productId: 'a', price: 649, stockQty: 10 },
      { productId: 'b', price: 2695, stockQty: 10 },
    ]);

    const response = await post(host, {
      items: [
        { productId: 'a', quantity: 2 },
        { productId: 'b', quantity: 1 },
      ],
    });
    t.equal(response.statusCode, 202);
    const order = response.json<OrderBody>();
    t.match(order, { orderStatusCode: 1, orderAmount: 2 * 649 + 2695 });
    t.equal(response.headers['location'], `/api/orders/${order.orderId}`);

    const paid = await ended(host, order);
    t.equal(paid.orderStatusCode, 3);
    await eventually(
      'the reservation became a sale',
      async () => (await stockOf(host, 'a')).soldQty === 2,
    );
    t.same(await stockOf(host, 'a'), { stockQty: 8, soldQty: 2, reserved: 0 });

    const payments = await host
      .context('payments')
      .db.collection('payments')
      .find({ orderId: order.orderId })
      .toArray();
    t.equal(payments.length, 1);
    t.match((await get(host, `/api/payments/${paid.paymentId}`)).json(), {
      orderId: order.orderId,
      amount: 3993,
      status: 'processed',
    });

    const accepted = (await entriesOf(host, 'ORDERS_STREAM')).filter(
      (fields) => 'orderAmount' in fields,
    );
    t.match(accepted, [{ orderId: order.orderId, orderAmount: '3993.00', userId: 'alice' }]);
    t.equal(accepted.length, 1);
    t.match(await entriesOf(host, 'PAYMENTS_STREAM'), [
      { orderId: order.orderId, paymentId: paid.paymentId, orderStatusCode: '3', userId: 'alice' },
    ]);
  });
}

test('200 concurrent orders for the last 50 pieces: 50 are paid, 150 rejected, none oversold', async (t) => {
  const host = await startTestHost(t);
  await seed(host, [{ productId: 'last', stockQty: 50 }]);

  const orders = await Promise.all(
    Array.from({ length: 200 }, (_, i) => place(host, { last: 1 }, `user-${i}`)),
  );
  const codes = (await allEnded(host, orders)).map((order) => order.orderStatusCode);

  t.equal(codes.filter((code) => code === 3).length, 50);
  t.equal(codes.filter((code) => code === -1).length, 150);
  await eventually(
    'every reservation became a sale',
    async () => (await stockOf(host, 'last')).soldQty === 50,
  );
  t.same(await stockOf(host, 'last'), { stockQty: 0, soldQty: 50, reserved: 0 });
});

test('an order that one line has not enough for is rejected, and takes nothing of the others', async (t) => {
  const host = await startTestHost(t);
  await seed(host, [
    { productId: 'plenty', stockQty: 10 },
    { productId: 'few', stockQty: 1 },
  ]);

  const order = await ended(host, await place(host, { plenty: 3, few: 2 }));

  t.match(order, { orderStatusCode: -1, reason: /few/ });
  await eventually(
    'the other line is given back',
    async () => (await stockOf(host, 'plenty')).stockQty === 10,
  );
  t.same(await stockOf(host, 'few'), { stockQty: 1, soldQty: 0, reserved: 0 });
});

test('a declined payment ends the order and gives its stock back', async (t) => {
  const host = await startTestHost(t, { environment: { PAYMENTS_SIMULATED_LIMIT: '5000' } });
  await seed(host, [{ productId: 'dear', price: 5001, stockQty: 3 }]);

  const order = await ended(host, await place(host, { dear: 1 }));

  t.equal(order.orderStatusCode, -3);
  await eventually('the stock is back', async () => (await stockOf(host, 'dear')).stockQty === 3);
  t.same(await stockOf(host, 'dear'), { stockQty: 3, soldQty: 0, reserved: 0 });
  t.match((await get(host, `/api/payments/${order.paymentId}`)).json(), {
    status: 'failed',
    reason: /limit/,
  });
});

test('nobody sees the order or payment of another', async (t) => {
  const host = await startTestHost(t);
  await seed(host, [{ productId: 'a' }]);
  const order = await ended(host, await place(host, { a: 1 }));

  t.equal((await get(host, `/api/orders/${order.orderId}`, 'mallory')).statusCode, 404);
  t.equal((await get(host, `/api/payments/${order.paymentId}`, 'mallory')).statusCode, 404);
  t.equal((await host.app.inject({ url: `/api/orders/${order.orderId}` })).statusCode, 401);
});
