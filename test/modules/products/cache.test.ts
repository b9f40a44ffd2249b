/** The catalogue's answers that are kept: one load for many, and nothing old once it was changed. */
import { test, type Test } from 'tap';
import { gateway } from '../../../modules/gateway/index.ts';
import { keyOf } from '../../../modules/products/catalogue/cache.ts';
import { openCatalogue, productsOf } from '../../../modules/products/catalogue/store.ts';
import { products } from '../../../modules/products/index.ts';
import { toEvent } from '../../../modules/products/catalogue/product.ts';
import { openStock } from './stock.ts';
import { eventually, openTestEnvironment, startTestHost, type TestHost } from '../../support.ts';
import { front } from '../gateway/elsewhere.ts';
import { filesOf, importLines, line, runImport } from './catalogue.ts';
import { operate } from './operator.ts';
import { sampleProducts } from './sample/files.ts';

/** A catalogue that keeps its answers for longer than any test. */
const KEPT = { CATALOGUE_CACHE_MS: '600000', LOW_STOCK_THRESHOLD: '2' };
const options = { modules: [products], environment: KEPT };

async function startKept(t: Test, stockQty = 25): Promise<TestHost> {
  const host = await startTestHost(t, options);
  await importLines(host, [line({ stockQty })]);
  // Their own events come a moment after and drop once more; what they drop is not the point here.
  const { redis, keyPrefix } = host.env;
  await eventually('the events of the import are handled', async () => {
    const groups = (await redis.xinfo('GROUPS', `${keyPrefix}PRODUCTS_STREAM`)) as unknown[][];
    return groups.every((group) => group[group.indexOf('lag') + 1] === 0 && group[5] === 0);
  });
  return host;
}

async function read(host: TestHost, path = 'products/p1') {
  const response = await host.app.inject(`/api/${path}`);
  const body = response.json<{ price: number; stockQty: number; total: number; items: object[] }>();
  return { ...body, status: response.statusCode, cache: response.headers['x-cache'] };
}

test('an answer is kept, and says so', async (t) => {
  const host = await startKept(t);
  t.match(await read(host), { price: 1000, cache: 'MISS' });
  t.match(await read(host), { price: 1000, cache: 'HIT' });
  t.match(await read(host, 'products?search=shirt'), { total: 1, cache: 'MISS' });
  t.match(await read(host, 'products?search=shirt'), { total: 1, cache: 'HIT' });
});

test('what fails is not kept', async (t) => {
  const host = await startKept(t);
  for (const path of ['products/none', 'products?minPrice=2&maxPrice=1', 'products?cursor=wrong']) {
    t.match(await read(host, path), { status: path.includes('?') ? 400 : 404, cache: undefined });
  }
  await importLines(host, [line({ productId: 'none' })]);
  t.match(await read(host, 'products/none'), { status: 200, cache: 'MISS' });
});

test('requests that ask for the same share an answer, others do not', (t) => {
  const key = keyOf({
    search: 'Blue  SHIRT',
    brand: ['Puma', 'adidas', 'puma'],
    sort: 'relevance',
  });
  t.equal(keyOf({ limit: 24, brand: ['ADIDAS', 'Puma'], search: 'blue shirt' }), key);
  const others = [
    { search: 'blue shirt' },
    { search: 'blue shirt', brand: ['Puma', 'adidas'], limit: 25 },
    { search: 'blue shirt', category: ['Puma', 'adidas'] },
    { search: 'blue shirt', size: ['Puma', 'adidas'] },
    { search: 'blue shirt', brand: ['Puma', 'adidas'], sort: 'newest' as const },
    { search: 'blue shirt', brand: ['Puma', 'adidas'], minPrice: 0 },
    { search: 'blue shirt', brand: ['Puma', 'adidas'], maxPrice: 0 },
    { search: 'blue shirt', brand: ['Puma', 'adidas'], cursor: 'x' },
  ].map(keyOf);
  t.equal(new Set([key, ...others]).size, others.length + 1);
  t.end();
});

test('a price that the operator has changed is in the next answer of every process', async (t) => {
  const host = await startKept(t);
  const other = await startTestHost(t, { ...options, env: host.env });
  for (const one of [host, other, host, other])
    for (const path of ['products/p1', 'products']) await read(one, path);
  t.match(await read(other), { price: 1000, cache: 'HIT' });
  await operate(host, 'PATCH', 'products/p1', { price: 750 });
  t.match(await read(other), { price: 750, cache: 'MISS' });
  t.match(await read(host, 'products'), { items: [{ price: 750 }], cache: 'MISS' });
});

test('a stock that the operator has changed is in the next answer', async (t) => {
  const host = await startKept(t);
  await read(host);
  await operate(host, 'POST', 'products/p1/stock', { change: 5 });
  t.match(await read(host), { stockQty: 30 });
});

test('what an import in a process of its own has changed is in the next answer', async (t) => {
  const host = await startKept(t);
  await read(host);
  await runImport(host.env, [filesOf(t, [line({ price: 900 })]).file]);
  t.match(await read(host), { price: 900 });
});

test('an import takes the sample catalogue out of answers that were kept', async (t) => {
  const host = await startTestHost(t, {
    ...options,
    environment: { ...KEPT, SAMPLE_CATALOGUE: 'on' },
  });
  const sample = `products/${sampleProducts[0]?.productId}`;
  await eventually('it is kept', async () => (await read(host, sample)).cache === 'HIT');
  await read(host, 'products');
  await importLines(host, [line()]);
  t.match(await read(host, 'products'), { total: 1 });
  t.match(await read(host, sample), { status: 404 });
});

test('a change whose process died before it dropped anything is dropped by its event', async (t) => {
  const host = await startKept(t);
  await read(host);
  const context = host.context('products');
  const set = { $set: { price: 500, version: 2 } };
  const changed = await productsOf(context.db).findOneAndUpdate({ _id: 'p1' }, set, {
    returnDocument: 'after',
  });
  t.match(await read(host), { price: 1000, cache: 'HIT' });
  await context.republish([toEvent(changed!)]);
  await eventually('the new price is shown', async () => (await read(host)).price === 500);
});

test('orders show in the stock when a product is sold out or comes back, and when little is left', async (t) => {
  const host = await startKept(t, 6);
  const context = host.context('products');
  const order = (orderId: string, quantity: number) =>
    openStock(context).reserve([
      { orderId, lines: [{ productId: 'p1', quantity }], again: false, cause: {} },
    ]);
  await read(host);
  await order('o1', 1);
  t.match(await read(host), { stockQty: 6, cache: 'HIT' }, 'one piece less is not worth a load');
  await order('o2', 3);
  await eventually('little is left', async () => (await read(host)).stockQty === 2);
  await eventually('that is kept', async () => (await read(host)).cache === 'HIT');
  await order('o3', 2);
  t.match(await read(host), { stockQty: 0 });
  await openStock(context).release(['o2']);
  t.match(await read(host), { stockQty: 3 });
});

test('the catalogue is kept once, in one process or behind a gateway, and not sent to who has it', async (t) => {
  const env = await openTestEnvironment(t);
  const behind = await startTestHost(t, { ...options, env });
  await behind.app.listen({ host: '127.0.0.1', port: 0 });
  const hosts = {
    split: await front(t, env, 1),
    whole: await startTestHost(t, { env, modules: [gateway, products], environment: KEPT }),
  };
  await importLines(behind, [line({ stockQty: 25 })]);
  const context = behind.context('products');
  for (const [name, host] of Object.entries(hosts)) {
    await eventually('it is kept', async () => (await read(host)).cache === 'HIT');
    for (const path of ['products/p1', 'products', 'products?limit=1&sort=price']) {
      const url = `/api/${path}`;
      const first = await host.app.inject(url);
      const etag = String(first.headers['etag']);
      t.match(first.headers, { etag: /^".+"$/, 'cache-control': 'public, no-cache' }, name);
      for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
        const unchanged = await host.app.inject({ url, headers: { 'if-none-match': tag } });
        t.match(unchanged, { statusCode: 304, body: '', headers: { etag } });
      }
      const other = await host.app.inject({ url, headers: { 'if-none-match': '"x"' } });
      t.equal(other.statusCode, 200);
    }
    // What orders take drops nothing; once what is kept has gone, nothing else is old.
    const { modifiedCount } = await productsOf(context.db).updateOne(
      { _id: 'p1' },
      { $inc: { stockQty: -1 } },
    );
    t.equal(modifiedCount, 1);
    const { stockQty } = await read(host);
    await openCatalogue(context).cache.drop(['p1']);
    t.match(await read(host), { stockQty: stockQty - 1 }, name);
  }
});

test('without Redis every answer is made anew', async (t) => {
  const host = await startKept(t);
  host.context('products').redis.disconnect();
  for (let i = 0; i < 2; i += 1) t.match(await read(host), { status: 200, cache: 'MISS' });
});
