/** Little is left: told once for each time that it comes to be so, and listed. */
import { test, type Test } from 'tap';
import { products } from '../../../modules/products/index.ts';
import { openStock } from './stock.ts';
import { entriesOf, seed, stockOf, type SeedProduct } from '../../shop.ts';
import { eventually, startTestHost, type TestHost } from '../../support.ts';
import { operate } from './operator.ts';

async function startShop(t: Test, ...stock: SeedProduct[]): Promise<TestHost> {
  const host = await startTestHost(t, {
    modules: [products],
    environment: { LOW_STOCK_THRESHOLD: '5' },
  });
  await seed(host, stock);
  return host;
}

const asked = (orderId: string, quantity = 1, productId = 'a') => ({
  orderId,
  lines: [{ productId, quantity }],
  again: false,
  cause: {},
});

async function lowEvents(host: TestHost): Promise<Record<string, string>[]> {
  const entries = await entriesOf(host, 'PRODUCTS_STREAM');
  const low = entries.filter(({ type }) => type === 'stock.low');
  return [...new Map(low.map((entry) => [entry['eventId'], entry])).values()];
}

test('200 orders at the same time bring a stock to the threshold: it is told once', async (t) => {
  const host = await startShop(t, { productId: 'a', stockQty: 200 });
  const context = host.context('products');
  const requests = Array.from({ length: 200 }, (_, i) => asked(`o${i}`));
  const batches = Array.from({ length: 20 }, (_, i) => requests.slice(i * 10, i * 10 + 10));
  const stock = openStock(context);
  await Promise.all([...batches, ...batches].map((batch) => stock.reserve(batch)));
  t.same(await stockOf(host, 'a'), { stockQty: 0, soldQty: 0, reserved: 200 });
  await eventually('it is told', async () => (await lowEvents(host)).length > 0);
  await stock.reserve(requests);
  const events = await lowEvents(host);
  t.match(events, [{ productId: 'a', stockQty: '5', threshold: '5', key: 'a' }]);
  t.equal(events.length, 1);
});

test('one order that takes many tells what is left, at once', async (t) => {
  const host = await startShop(t, { productId: 'a', stockQty: 10 }, { productId: 'b' });
  await openStock(host.context('products')).reserve([
    asked('o1', 8),
    asked('o2', 3),
    asked('o3', 2, 'b'),
  ]);
  const events = await lowEvents(host);
  t.match(events, [{ productId: 'a', stockQty: '2' }]);
  t.equal(events.length, 1, 'and nothing of the other product');
  t.same(await stockOf(host, 'a'), { stockQty: 2, soldQty: 0, reserved: 1 });
});

test('who orders first gets the last pieces, wherever the threshold lies', async (t) => {
  const host = await startShop(t, { productId: 'a', stockQty: 12 });
  await openStock(host.context('products')).reserve([asked('first', 12), asked('second', 1)]);
  t.same(await stockOf(host, 'a'), { stockQty: 0, soldQty: 0, reserved: 1 });
});

test('each time that the stock comes to the threshold is told', async (t) => {
  const host = await startShop(t, { productId: 'a', stockQty: 7 });
  const context = host.context('products');
  await openStock(context).reserve([asked('o1', 2)]);
  await openStock(context).release(['o1']);
  await openStock(context).reserve([asked('o2', 3)]);
  t.same(
    (await lowEvents(host)).map(({ stockQty }) => stockQty),
    ['5', '4'],
  );
});

test('the operator takes some away: it is told with the change', async (t) => {
  const host = await startShop(t, { productId: 'a', stockQty: 7 });
  const take = (change: number) => operate(host, 'POST', 'products/a/stock', { change });
  for (const change of [-1, -1, -1, 4]) t.equal((await take(change)).statusCode, 200);
  const events = await eventually('all is told', async () => {
    const entries = await entriesOf(host, 'PRODUCTS_STREAM');
    const told = entries.filter(({ type }) => type?.startsWith('stock.'));
    return told.length === 5 && told;
  });
  t.same(
    events.map(({ type, change, stockQty }) => [type, change, stockQty]),
    [
      ['stock.changed', '-1', '6'],
      ['stock.changed', '-1', '5'],
      ['stock.low', undefined, '5'],
      ['stock.changed', '-1', '4'],
      ['stock.changed', '4', '8'],
    ],
  );
});

test('the products of which little is left are listed, the least first', async (t) => {
  const host = await startShop(
    t,
    { productId: 'a', stockQty: 5 },
    { productId: 'b', stockQty: 6 },
    { productId: 'c', stockQty: 0 },
  );
  await openStock(host.context('products')).reserve([asked('o1', 2)]);
  const low = async (query = '') =>
    (await operate(host, 'GET', `products/low-stock${query}`)).json<{ items: unknown[] }>();
  t.match(await low(), {
    threshold: 5,
    items: [
      { productId: 'c', name: 'Product c', stockQty: 0, reservedQty: 0, soldQty: 0 },
      { productId: 'a', name: 'Product a', stockQty: 3, reservedQty: 2, soldQty: 0 },
    ],
  });
  t.equal((await low()).items.length, 2);
  t.equal((await low('?limit=1')).items.length, 1);
});
