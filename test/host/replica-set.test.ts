/** MongoDB may step down or lose its primary: every order that was answered ends, and none twice. */
import { test, type Test } from 'tap';
import { openReplicaSet } from '../replica-set.ts';
import { allEnded, post, seed, stockOf, type OrderBody } from '../shop.ts';
import { eventually, openTestEnvironment, startTestHost, type TestHost } from '../support.ts';

const ORDERS = 30;

/** Orders by a client that asks again, with the same key, until it is answered. */
function buy(host: TestHost, n: number): Promise<OrderBody> {
  const items = [{ productId: 'a', quantity: 1 }];
  return eventually(`purchase ${n} was taken`, async () => {
    const response = await post(host, { items }, { 'idempotency-key': `purchase-${n}` });
    return response.statusCode === 202 && response.json<OrderBody>();
  });
}

async function sellThrough(t: Test, host: TestHost, trouble: () => Promise<void>): Promise<void> {
  const before = await stockOf(host, 'a');
  const first = before.soldQty;
  const purchases = Array.from({ length: ORDERS }, (_, n) => buy(host, first + n));
  await trouble();
  const orders = await Promise.all(purchases);
  t.equal(new Set(orders.map(({ orderId }) => orderId)).size, ORDERS, 'an order for each key');
  const ends = await allEnded(host, orders);
  t.ok(
    ends.every(({ orderStatusCode }) => orderStatusCode === 3),
    'every one is paid',
  );
  await eventually('all is sold', async () => (await stockOf(host, 'a')).reserved === 0);
  const stockQty = before.stockQty - ORDERS;
  t.same(await stockOf(host, 'a'), { stockQty, soldQty: first + ORDERS, reserved: 0 });
  const { db } = host.context('payments');
  t.equal(await db.collection('payments').countDocuments(), first + ORDERS, 'each is paid once');
}

test('a replica set whose primary steps down, and is killed', async (t) => {
  const set = await openReplicaSet(t);
  const env = { ...(await openTestEnvironment(t)), mongodbUrl: set.url };
  const host = await startTestHost(t, { env });
  await seed(host, [{ productId: 'a', stockQty: 1000 }]);
  await t.test('a step-down', (sub) => sellThrough(sub, host, () => set.stepDown()));
  await t.test('kill -9 of the primary', (sub) => sellThrough(sub, host, () => set.killPrimary()));
  const letters = await host.bus.deadLetters('ORDERS_STREAM', 'products').count();
  t.equal(letters, 0, 'neither makes dead letters');
});
