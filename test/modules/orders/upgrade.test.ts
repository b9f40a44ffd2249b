/** Orders and payments that an earlier version has stored are served, told and refunded like new ones. */
import { test } from 'tap';
import { toOrderNumber } from '../../../modules/orders/events.ts';
import { get, seed } from '../../shop.ts';
import { ADMIN_TOKEN, eventually, openTestEnvironment, startTestHost } from '../../support.ts';

/** As the version before timelines and revisions stored them. */
const old = (_id: string, orderStatusCode: number, answers: object, totalAmount = 500) => ({
  _id,
  userId: 'alice',
  items: [{ productId: 'a', name: 'Product a', quantity: 1, unitPrice: 500 }],
  totalAmount,
  currency: 'INR',
  decimals: 0,
  orderStatusCode,
  answers,
  revision: 2,
  createdAt: new Date(Date.UTC(2026, 10, 1)),
  updatedAt: new Date(Date.UTC(2026, 10, 2)),
  outbox: [],
});
const reserved = { stock: { outcome: 'reserved' } };
const identity = { score: 1, outcome: 'accepted' };
const cancel = { at: new Date(0), reason: 'Cancelled by the customer', paid: true };
const paidBy = (outcome: string) => ({ ...reserved, payment: { outcome, paymentId: 'p-1' } });

test('what an earlier version has stored goes on', async (t) => {
  const env = await openTestEnvironment(t);
  const seeding = await startTestHost(t, { env });
  await seed(seeding, [{ productId: 'a', price: 500 }]);
  await seeding.stop();
  const database = (name: string) => env.mongodb.db(env.databasePrefix + name);
  await database('orders')
    .collection<{ _id: string }>('orders')
    .insertMany([
      old('open', 1, {}),
      old('accepted', 2, reserved),
      old('paid', 3, paidBy('processed')),
      old('declined', -3, paidBy('failed')),
      old('rejected', -1, { stock: { outcome: 'rejected', productIds: ['a'] } }),
      old('free', 3, { ...paidBy('processed'), identity, cancel }, 0),
    ]);
  const payment = { userId: 'alice', amount: 500, currency: 'INR', provider: 'simulated' };
  const times = { createdAt: new Date(0), updatedAt: new Date(1), outbox: [] };
  const payments = [
    { ...payment, ...times, _id: 'p-1', orderId: 'paid', status: 'processed' },
    { ...payment, ...times, _id: 'p-2', orderId: 'accepted', status: 'initiated' },
  ];
  await database('payments').collection<{ _id: string }>('payments').insertMany(payments);

  const host = await startTestHost(t, { env });
  const statusOf = async (orderId: string) => {
    const response = await get(host, `/api/orders/${orderId}`);
    if (response.statusCode !== 200) throw new Error(response.body);
    return response.json<{ orderStatusCode: number }>().orderStatusCode;
  };
  t.equal(await statusOf('paid'), 3);
  t.equal(await statusOf('declined'), -3);
  t.equal(await statusOf('rejected'), -1);
  const paid = await get(host, '/api/orders/paid');
  t.match(paid.json(), {
    orderNumber: toOrderNumber('paid'),
    orderAmount: 500,
    itemsAmount: 500,
    cancellable: false,
  });
  t.notMatch(paid.body, /contact|delivery/, 'it is not delivered, as far as is known');
  t.match((await get(host, '/api/orders/rejected')).json(), {
    reason: 'Product a: not enough left. Nothing was paid. Change the cart and order again',
    unavailable: [{ productId: 'a', name: 'Product a' }],
  });
  t.equal(await statusOf('free'), 4, 'what waited for a refund of nothing is refunded');
  for (const orderId of ['open', 'accepted'])
    await eventually(`${orderId} is paid`, async () => (await statusOf(orderId)) === 3);
  const operator = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const rebuild = '/api/admin/order-history/rebuild';
  await host.app.inject({ method: 'POST', url: rebuild, headers: operator });
  await eventually('the history, rebuilt, knows all of them', async () => {
    const { items } = (await get(host, '/api/order-history')).json<{ items: object[] }>();
    return items.length === 6 && items.every((one) => 'orderNumber' in one);
  });

  const refund = await host.app.inject({
    method: 'POST',
    url: '/api/admin/payments/p-1/refunds',
    headers: operator,
    payload: {},
  });
  t.ok(refund.statusCode < 300, refund.body);
  await eventually('the order is refunded', async () => (await statusOf('paid')) === 4);
});
