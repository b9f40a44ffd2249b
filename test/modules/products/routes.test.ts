/** A product and its picture, as they are served and documented. */
import { test } from 'tap';
import { importLines, line, startCatalogue } from './catalogue.ts';

const GIF = Buffer.from('GIF89a and so on');
const pictures = async (productId: string) =>
  productId === 'p1' ? { type: 'image/gif', bytes: GIF } : undefined;

test('a product is served with its details, one that is unknown is a problem', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [line({ displayCategories: ' Sale , New,sale' })], pictures);
  const response = await host.app.inject('/api/products/p1');
  t.equal(response.statusCode, 200);
  t.same(response.json(), {
    productId: 'p1',
    name: 'Plain Blue Shirt',
    variantName: '',
    brand: 'Acme',
    category: 'Apparel',
    subCategory: '',
    displayCategories: ['Sale', 'New'],
    gender: 'Women',
    ageGroup: '',
    season: '',
    usage: '',
    colors: ['Blue'],
    sizes: [],
    description: '',
    price: 1000,
    currency: 'INR',
    decimals: 0,
    stockQty: 25,
    imageUrl: '/api/products/p1/image',
    picture: null,
  });
  const unknown = await host.app.inject('/api/products/none');
  t.equal(unknown.statusCode, 404);
  t.match(unknown.json(), { type: 'urn:millrace:problem:unknown-product' });
});

test('a picture is served so that it is cached, and can only be looked at', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [line(), line({ productId: 'p2' })], pictures);
  const url = '/api/products/p1/image';
  const response = await host.app.inject(url);
  t.equal(response.statusCode, 200);
  t.same(response.rawPayload, GIF);
  t.match(response.headers, {
    'content-type': 'image/gif',
    'cache-control': /^public, max-age=\d+$/,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    etag: /^"[\w-]+"$/,
  });
  const etag = String(response.headers['etag']);
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const again = await host.app.inject({ url, headers: { 'if-none-match': known } });
    t.match(again, { statusCode: 304, body: '', headers: { etag } }, known);
  }
  const changed = await host.app.inject({ url, headers: { 'if-none-match': '"other"' } });
  t.equal(changed.statusCode, 200);
  t.equal((await host.app.inject('/api/products/p2/image')).statusCode, 404);
});

test('the documents know every parameter of the list', async (t) => {
  const host = await startCatalogue(t);
  const document = (await host.app.inject('/openapi.json')).json<{
    paths: Record<string, { get: { parameters: { name: string; in: string }[] } }>;
  }>();
  const all = document.paths['/api/products']?.get.parameters ?? [];
  const names = all.filter((one) => one.in === 'query').map(({ name }) => name);
  t.same(
    names,
    'search brand category subCategory gender ageGroup color size minPrice maxPrice sort limit descriptions cursor'.split(
      ' ',
    ),
  );
});
