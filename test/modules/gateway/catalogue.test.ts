/** Cached answers of the catalogue: given as long as they are right, and made once. */
import { test } from 'tap';
import { gateway } from '../../../modules/gateway/index.ts';
import { products } from '../../../modules/products/index.ts';
import { importProducts } from '../../../modules/products/import/import.ts';
import { seed } from '../../shop.ts';
import { ADMIN_TOKEN, eventually, startTestHost, type TestHost } from '../../support.ts';
import { begin, cookiesOf } from './client.ts';
import { counting } from './counting.ts';

/** Longer than any test takes: what changes sooner was dropped. */
const environment = { CATALOGUE_CACHE_MS: '80000' };

const get = (host: TestHost, url: string, headers: Record<string, string> = {}) =>
  host.app.inject({ url, headers });

const header = (name: string) => (response: { headers: Record<string, unknown> }) =>
  response.headers[name];
const cached = header('x-cache');

test('an answer is kept, has a tag, and is not sent to who has it', async (t) => {
  const host = await startTestHost(t, { environment });
  await seed(host, [{ productId: 'a' }, { productId: 'b' }]);
  await eventually('the gateway has heard of all products', async () => {
    const state = await host.bus.inspect('PRODUCTS_STREAM');
    const group = state?.groups.find((one) => one.group === 'gateway');
    return group?.lag === 0 && group.pending === 0;
  });
  for (const url of ['/api/products/a', '/api/products?limit=1&sort=price', '/api/products']) {
    const first = await get(host, url);
    const second = await get(host, url);
    t.equal(cached(second), 'HIT', url);
    t.same(second.json(), first.json());
    const etag = String(first.headers['etag']);
    t.match(second.headers, { etag, 'cache-control': 'public, no-cache' });
    for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const unchanged = await get(host, url, { 'if-none-match': tag });
      t.equal(unchanged.statusCode, 304);
      t.equal(unchanged.body, '');
      t.equal(unchanged.headers['etag'], etag);
    }
    t.equal((await get(host, url, { 'if-none-match': '"x"' })).statusCode, 200);
  }
  const sorted = await get(host, '/api/products?sort=price&limit=1');
  t.equal(cached(sorted), 'HIT', 'however the query is ordered');
  t.equal(cached(await get(host, '/api/products?sort=price&limit=2')), 'MISS');
});

test('the first to ask gets 304 where it has the answer, and the others get the answer', async (t) => {
  const { module } = counting();
  const host = await startTestHost(t, { modules: [gateway, module], environment });
  const etag = String((await get(host, '/api/products/a')).headers['etag']);
  const first = await get(host, '/api/products/a?fresh', { 'if-none-match': etag });
  t.match(first, { statusCode: 304, headers: { 'x-cache': 'MISS' } });
  t.same((await get(host, '/api/products/a?fresh')).json(), { productId: 'a', price: 1 });
});

test('a price shows in the next answer once its event has come', async (t) => {
  const host = await startTestHost(t, { environment, modules: [gateway, products] });
  const load = (price: number) =>
    importProducts(host.context('products'), {
      lines: [
        { number: 1, text: JSON.stringify({ productId: 'a', productDisplayName: 'A', price }) },
      ],
      report: (_line, problem) => {
        throw new Error(problem);
      },
    });
  await load(100);
  const priceOf = async () => (await get(host, '/api/products/a')).json<{ price: number }>().price;
  await eventually('the first price', async () => (await priceOf()) === 100);
  await load(200);
  await eventually('the second price', async () => (await priceOf()) === 200, 20_000);
  t.equal(await priceOf(), 200);
});

test("an operator's change shows in the very next answer of every gateway", async (t) => {
  const { module } = counting();
  const one = await startTestHost(t, { environment, modules: [gateway, module] });
  const other = await startTestHost(t, {
    environment,
    modules: [gateway, module],
    place: one.place,
  });
  for (let price = 2; price < 12; price += 1) {
    await get(other, '/api/products/a');
    t.equal(cached(await get(one, '/api/products/a')), 'HIT');
    const changed = await one.app.inject({
      method: 'PUT',
      url: '/api/admin/products/a',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
      payload: { price },
    });
    t.equal(changed.statusCode, 200);
    t.equal((await get(other, '/api/products/a')).json<{ price: number }>().price, price);
  }
  const refused = await one.app.inject({
    method: 'PUT',
    url: '/api/admin/products/a',
    payload: { price: 100 },
  });
  t.equal(refused.statusCode, 401);
  t.equal(cached(await get(one, '/api/products/a')), 'HIT', 'one that is refused drops nothing');
});

test('however many ask at once in two processes, the answer is made once', async (t) => {
  const { module, loads } = counting();
  const one = await startTestHost(t, { environment, modules: [gateway, module] });
  const other = await startTestHost(t, {
    environment,
    modules: [gateway, module],
    place: one.place,
  });
  const responses = await Promise.all(
    Array.from({ length: 200 }, (_, i) => get(i % 2 ? one : other, '/api/products/a')),
  );
  t.same(new Set(responses.map(({ statusCode }) => statusCode)), new Set([200]));
  t.same(new Set(responses.map(({ body }) => body)).size, 1);
  t.equal(loads(), 1);
});

test('what is no answer for all is kept for nobody', async (t) => {
  const { module, loads } = counting();
  const host = await startTestHost(t, { environment, modules: [gateway, module] });
  const urls = ['/api/products/missing', '/api/products/broken', '/api/products/private'];
  for (const url of urls) {
    const before = loads();
    const responses = await Promise.all([1, 2, 3].map(() => get(host, url)));
    t.ok(
      responses.every((response) => cached(response) === undefined),
      url,
    );
    t.equal(loads() - before, 3, 'each was answered for itself');
    t.notOk(responses[0]?.headers['etag']);
  }
  const image = await get(host, '/api/products/a/image');
  t.equal(cached(image), undefined, 'a picture is none of it');
  const guest = await begin(host);
  const own = await get(host, '/api/products/a', cookiesOf(guest));
  t.same(own.cookies, [], 'nor does an answer for all carry a cookie of one');
});

test('without Redis every answer is made anew', async (t) => {
  const { module, loads } = counting();
  const host = await startTestHost(t, { environment, modules: [gateway, module] });
  host.context('gateway').redis.disconnect();
  for (let i = 0; i < 3; i += 1) {
    const response = await get(host, '/api/products/a');
    t.match(response, { statusCode: 200, headers: { 'x-cache': 'MISS' } });
  }
  t.equal(loads(), 3);
});
