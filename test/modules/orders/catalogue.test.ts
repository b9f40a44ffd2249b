/** The copy of the catalogue that orders are priced by: complete, current, and honest meanwhile. */
import { test } from 'tap';
import { orders } from '../../../modules/orders/index.ts';
import { products } from '../../../modules/products/index.ts';
import { as } from '../../session.ts';
import { place, post, seed } from '../../shop.ts';
import { eventually, openTestEnvironment, startTestHost } from '../../support.ts';

test('a copy that is empty is filled by events alone, though the stream has forgotten', async (t) => {
  const shared = await openTestEnvironment(t);
  const catalogue = await startTestHost(t, { env: shared, modules: [products] });
  await seed(
    catalogue,
    Array.from({ length: 700 }, (_, i) => ({ productId: `p${i}`, price: i })),
  );
  await shared.redis.xtrim(`${shared.keyPrefix}PRODUCTS_STREAM`, 'MAXLEN', 0);

  const host = await startTestHost(t, { env: shared, modules: [orders] });
  const copy = host.context('orders').db.collection('catalogue');
  await eventually('the copy is complete', async () => (await copy.countDocuments()) === 700);
  t.match(await place(host, { p41: 2 }), { orderAmount: 82 });
});

test('while the copy is incomplete an unknown product is 503, after that it is 422', async (t) => {
  const shared = await openTestEnvironment(t);
  const host = await startTestHost(t, { env: shared, modules: [orders] });
  const order = { items: [{ productId: 'p1', quantity: 1 }] };
  const early = await post(host, order);
  t.equal(early.statusCode, 503);
  t.match(early.headers, { 'retry-after': /^\d+$/ });

  const catalogue = await startTestHost(t, { env: shared, modules: [products] });
  await eventually(
    'the copy is complete, and the product unknown',
    async () => (await post(host, order)).statusCode === 422,
  );
  await seed(catalogue, [{ productId: 'p1' }]);
  await eventually(
    'the product can be ordered',
    async () => (await post(host, order)).statusCode === 202,
  );
});

test('a price that changes counts for the next order and never for one that was placed', async (t) => {
  const host = await startTestHost(t);
  await seed(host, [{ productId: 'a', price: 100 }]);
  const before = await place(host, { a: 1 });
  await seed(host, [{ productId: 'a', price: 150 }]);
  await eventually(
    'the new price is known',
    async () => (await place(host, { a: 1 })).orderAmount === 150,
  );
  const stored = await host.app.inject({
    url: `/api/orders/${before.orderId}`,
    headers: as(host, 'alice'),
  });
  t.equal(stored.json<{ orderAmount: number }>().orderAmount, 100);
});
