/** What is suggested while a search is typed, and what is related to a product. */
import { test } from 'tap';
import { gateway } from '../../../modules/gateway/index.ts';
import { products } from '../../../modules/products/index.ts';
import { openTestEnvironment, startTestHost, type TestHost } from '../../support.ts';
import { front } from '../gateway/elsewhere.ts';
import { FASHION, importLines, line, runImport, startCatalogue } from './catalogue.ts';
import { operate } from './operator.ts';
import { join } from 'node:path';

interface Suggested {
  products: { productId: string; name: string }[];
  terms: { kind: string; value: string; count: number }[];
  correctedSearch?: string;
}

async function suggest(host: TestHost, text: string): Promise<Suggested> {
  const url = `/api/products/suggestions?search=${encodeURIComponent(text)}`;
  const response = await host.app.inject(url);
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json<Suggested>();
}

async function related(host: TestHost, productId: string): Promise<string[]> {
  const response = await host.app.inject(`/api/products/${productId}/related`);
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json<{ items: { productId: string }[] }>().items.map(({ productId: id }) => id);
}

const NIKE = { brandName: 'Nike', masterCategory_typeName: 'Footwear' };

test('while a search is typed, products and terms that begin so are suggested', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [
    line({
      productId: 'a',
      ...NIKE,
      productDisplayName: 'Nike Runner',
      subCategory_typeName: 'Shoes',
    }),
    line({
      productId: 'b',
      ...NIKE,
      productDisplayName: 'Nike Slide',
      subCategory_typeName: 'Sandals',
    }),
    line({ productId: 'c', productDisplayName: 'Night Shirt', subCategory_typeName: 'Nightwear' }),
    ...Array.from({ length: 9 }, (_, i) => line({ productId: `m${i}` })),
  ]);
  const typed = await suggest(host, 'ni');
  t.same(typed.products.map(({ productId }) => productId).toSorted(), ['a', 'b', 'c']);
  t.same(typed.terms, [
    { kind: 'brand', value: 'Nike', count: 2 },
    { kind: 'subCategory', value: 'Nightwear', count: 1 },
  ]);
  t.same(await suggest(host, 'nike sli'), {
    products: [
      {
        productId: 'b',
        name: 'Nike Slide',
        brand: 'Nike',
        price: 1000,
        currency: 'INR',
        decimals: 0,
        imageUrl: null,
        picture: null,
      },
    ],
    terms: [],
  });
  t.equal((await suggest(host, 'acme')).products.length, 8);
  t.same((await suggest(host, 'acme')).terms, [{ kind: 'brand', value: 'Acme', count: 10 }]);
  t.match(await suggest(host, 'nkie'), { correctedSearch: 'nike', terms: [{ value: 'Nike' }] });
  t.match(
    await suggest(host, 'sadnal'),
    { correctedSearch: 'sandal', products: [{ productId: 'b' }] },
    'the typo of a word that is typed whole',
  );
  t.match(await suggest(host, 'sadna'), { correctedSearch: 'sandal' }, 'and of one that is not');
  for (const nothing of ['', ' ', '-'])
    t.same(await suggest(host, nothing), { products: [], terms: [] });
});

test('suggestions are kept, named by a tag, and dropped when a product changes', async (t) => {
  const env = await openTestEnvironment(t);
  const environment = { CATALOGUE_CACHE_MS: '600000' };
  const behind = await startTestHost(t, { modules: [products], env, environment });
  await behind.app.listen({ host: '127.0.0.1', port: 0 });
  await importLines(behind, [line(), line({ productId: 'p2' })]);
  const hosts = {
    split: await front(t, env, 1),
    whole: await startTestHost(t, { env, modules: [gateway, products], environment }),
  };
  for (const [name, host] of Object.entries(hosts)) {
    for (const url of ['/api/products/suggestions?search=shirt', '/api/products/p1/related']) {
      const { headers, statusCode } = await host.app.inject(url);
      t.equal(statusCode, 200, `${name}: ${url}`);
      t.match(headers, { etag: /^".+"$/, 'cache-control': 'public, no-cache' });
      const again = { url, headers: { 'if-none-match': String(headers['etag']) } };
      t.match(await host.app.inject(again), { statusCode: 304, body: '' });
      await operate(behind, 'PATCH', 'products/p2', { name: `Shirt ${name} ${url.length}` });
      const changed = await host.app.inject(again);
      t.equal(changed.statusCode, 200);
      t.match(changed.body, `Shirt ${name} ${url.length}`);
    }
  }
});

test('related are the same kind for the same people, those in stock first, and never the product', async (t) => {
  const host = await startCatalogue(t);
  const shoe = {
    ...NIKE,
    subCategory_typeName: 'Shoes',
    gender: 'Men',
    price: 1000,
    usage: 'Sports',
  };
  await importLines(host, [
    line({ productId: 'own', ...shoe }),
    line({ productId: 'dear', ...shoe, price: 9000 }),
    line({ productId: 'near', ...shoe, price: 1100 }),
    line({ productId: 'sold', ...shoe, stockQty: 0 }),
    line({ productId: 'brand', ...shoe, brandName: 'Puma' }),
    line({ productId: 'women', ...shoe, gender: 'Women' }),
    line({ productId: 'category', ...shoe, subCategory_typeName: 'Socks', brandName: 'Puma' }),
    line({ productId: 'foreign', productDisplayName: 'Mug', masterCategory_typeName: 'Home' }),
  ]);
  t.same(await related(host, 'own'), ['near', 'dear', 'brand', 'women', 'category', 'sold']);
  t.same(await related(host, 'foreign'), [], 'what has nothing in common is not related');
  const unknown = await host.app.inject('/api/products/none/related');
  t.match(unknown.json(), { status: 404, type: 'urn:millrace:problem:unknown-product' });
  await importLines(
    host,
    Array.from({ length: 20 }, (_, i) => line({ productId: `more${i}`, ...shoe })),
  );
  const many = await related(host, 'own');
  t.equal(many.length, 12);
  t.equal(new Set(many).size, 12);
  t.notOk(many.includes('own'));
});

test('a product that is sold out is no longer among the first related', async (t) => {
  const host = await startTestHost(t, {
    modules: [products],
    environment: { CATALOGUE_CACHE_MS: '600000' },
  });
  await importLines(
    host,
    ['a', 'b', 'c'].map((productId, i) => line({ productId, price: 1000 + i, stockQty: 3 })),
  );
  t.same(await related(host, 'a'), ['b', 'c']);
  await operate(host, 'POST', 'products/b/stock', { change: -3 });
  t.same(await related(host, 'a'), ['c', 'b']);
});

test('no product has the name of a call', async (t) => {
  const host = await startCatalogue(t);
  const { reported } = await importLines(host, [line({ productId: 'suggestions' })]);
  t.match(reported, [/^1: \/productId must be none of .* suggestions: no address/]);
});

test(
  'of real products each has real relations, and what is typed is suggested',
  { skip: FASHION ? false : 'the real catalogue is not beside the checkout' },
  async (t) => {
    const host = await startCatalogue(t);
    await runImport(host.env, [join(String(FASHION), 'products.ndjson')]);
    const response = await host.app.inject('/api/products/10000/related');
    const { items } = response.json<{ items: Record<string, unknown>[] }>();
    t.equal(items.length, 12);
    for (const item of items) t.match(item, { subCategory: 'Bottomwear', gender: 'Women' });
    t.match((await suggest(host, 'pum')).terms, [{ kind: 'brand', value: 'Puma' }]);
    t.match(await suggest(host, 'watc'), { products: { length: 8 } });
  },
);
