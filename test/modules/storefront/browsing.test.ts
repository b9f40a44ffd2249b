/** The pages of the catalogue over HTTP: what stands in them without a browser, and what search engines get. */
import { test, type Test } from 'tap';
import { gateway } from '../../../modules/gateway/index.ts';
import { modules } from '../../../modules/index.ts';
import { products } from '../../../modules/products/index.ts';
import { storefront } from '../../../modules/storefront/index.ts';
import { eventually, openTestEnvironment, startTestHost } from '../../support.ts';
import { importLines, line } from '../products/catalogue.ts';

const BROWSER = { accept: 'text/html,*/*;q=0.8', host: 'shop.example' };

async function startShop(t: Test, lines: readonly string[]) {
  const environment = { CURRENCY: 'EUR', CURRENCY_DECIMALS: '2' };
  const host = await startTestHost(t, { modules: [products, storefront], environment });
  await importLines(host, lines);
  const visit = (url: string) => host.app.inject({ url, headers: BROWSER });
  return { host, visit };
}

test('the pages are rendered where the catalogue runs elsewhere, and without it too', async (t) => {
  const env = await openTestEnvironment(t);
  const front = await startTestHost(t, { env, modules: [gateway, storefront], known: modules });
  const visit = (url: string) => front.app.inject({ url, headers: BROWSER });
  const alone = await visit('/products/17');
  t.equal(alone.statusCode, 200, 'the browser asks for the product');
  t.notMatch(alone.body, 'Linen Shirt');

  const behind = await startTestHost(t, { env, modules: [products], known: modules });
  await importLines(behind, [line({ productId: '17', productDisplayName: 'Linen Shirt' })]);
  await behind.app.listen({ host: '127.0.0.1', port: 0 });
  const { body } = await eventually('the product is in its page', async () => {
    const page = await visit('/products/17');
    return page.body.includes('>Linen Shirt<') && page;
  });
  t.match(body, '"@type":"Product"');
  t.equal((await visit('/products/none')).statusCode, 404);
  t.match((await visit('/products')).body, 'Linen Shirt');
});

test('what was a list at the start page has moved', async (t) => {
  const { visit } = await startShop(t, []);
  for (const query of ['?search=mug', '?category=Home&brand=A']) {
    const { statusCode, headers } = await visit(`/${query}`);
    t.equal(statusCode, 301);
    t.equal(headers.location, `/products${query}`);
  }
  t.equal((await visit('/?utm_source=x')).statusCode, 200);
});

test('the start page of a shop without products says so', async (t) => {
  const { visit } = await startShop(t, []);
  t.match((await visit('/')).body, 'Nothing is for sale yet');
});

test('the start page shows categories, what is new, and what costs little', async (t) => {
  const { visit } = await startShop(t, [
    line({ productId: 'a', price: 1900 }),
    line({ productId: 'b', price: 9900 }),
    ...['c', 'd', 'e', 'f'].map((productId) =>
      line({ productId, price: 9900, masterCategory_typeName: 'Footwear' }),
    ),
  ]);
  const { body } = await visit('/');
  t.match(body, '6 products');
  t.match(body, 'href="/products?category=Footwear"');
  t.match(body, 'href="/products?maxPrice=20.00&amp;sort=price"');
  t.match(body, 'href="/products/a"');
});

test('a list is in the page, narrowed as its address says', async (t) => {
  const { visit } = await startShop(t, [
    line({ productId: 'cheap', price: 500, productDisplayName: 'Cheap <b>shirt</b>' }),
    line({ productId: 'dear', price: 9900, productDisplayName: 'Dear shirt' }),
  ]);
  const { statusCode, body } = await visit('/products?search=shirt&maxPrice=6.50');
  t.equal(statusCode, 200);
  t.match(body, '1 product<');
  t.match(body, 'Cheap &lt;b>shirt&lt;/b>');
  t.notMatch(body, 'Dear shirt');
  t.match(body, '<link rel="canonical" href="http://shop.example/products?search=shirt');
});

test('an address that cannot be shown is answered 400, with a list all the same', async (t) => {
  const { visit } = await startShop(t, [line({ productDisplayName: 'Dear shirt' })]);
  for (const query of ['minPrice=abc', 'sort=best', 'cursor=none']) {
    const { statusCode, body } = await visit(`/products?brand=Acme&${query}`);
    t.equal(statusCode, 400, query);
    t.match(body, 'role="alert"');
    t.match(body, 'href="/products?brand=Acme"');
    t.match(body, 'Dear shirt');
  }
});

test('a product says what it is to search engines and to who shows links', async (t) => {
  const { visit } = await startShop(t, [
    line({
      productId: 'p.1',
      price: 1050,
      stockQty: 3,
      productDescriptors_description_value: '<p>Soft &amp; <b>warm</b></p><script>x</script>',
    }),
  ]);
  const { statusCode, body } = await visit('/products/p.1');
  t.equal(statusCode, 200);
  t.match(body, 'Only 3 left');
  t.match(body, '<p>Soft &amp; <b>warm</b></p>');
  t.match(body, '<meta name="description" content="Soft &amp; warm"');
  t.match(body, '<meta property="og:url" content="http://shop.example/products/p.1"');
  const [, json = ''] = /<script type="application\/ld\+json">(.*?)<\/script>/.exec(body) ?? [];
  const [described, path] = JSON.parse(json) as [Record<string, unknown>, { itemListElement: [] }];
  t.match(described, {
    '@type': 'Product',
    sku: 'p.1',
    offers: {
      price: '10.50',
      priceCurrency: 'EUR',
      availability: 'https://schema.org/InStock',
      url: 'http://shop.example/products/p.1',
    },
  });
  t.equal(path.itemListElement.length, 3);
  t.equal((await visit('/products/none')).statusCode, 404);
});

test('search engines hear which pages there are, and which are not for them', async (t) => {
  const ids = Array.from({ length: 120 }, (_, i) => `p.${i}`);
  const { visit } = await startShop(
    t,
    ids.map((productId) => line({ productId })),
  );
  const sitemap = await visit('/sitemap.xml');
  t.equal(sitemap.headers['content-type'], 'application/xml; charset=utf-8');
  const found = [...sitemap.body.matchAll(/<loc>([^<]*)<\/loc>/g)].map(([, address]) => address);
  const pages = ids.map((id) => `http://shop.example/products/${id}`);
  t.equal(found.length, pages.length + 2, 'each once');
  t.same(
    new Set(found),
    new Set(['http://shop.example/', 'http://shop.example/products', ...pages]),
  );

  const { body } = await visit('/robots.txt');
  for (const path of ['/cart', '/checkout', '/orders', '/account', '/operator', '/api'])
    t.match(body, `Disallow: ${path}\n`);
  t.match(body, 'Sitemap: http://shop.example/sitemap.xml\n');
});
