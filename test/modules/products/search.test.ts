/** The list of products: filters, search, facets, order and pages. */
import { test } from 'tap';
import { idsOf, importLines, line, list, pagesOf, startCatalogue } from './catalogue.ts';

const SHOP = [
  line({ productId: 'a', productDisplayName: 'Blue Shirt', price: 500 }),
  line({ productId: 'b', productDisplayName: 'Red T-Shirts', price: 700, productColors: 'Red' }),
  line({ productId: 'c', productDisplayName: 'Café Dress', price: 900, brandName: 'ACME' }),
  line({
    productId: 'd',
    productDisplayName: 'Watches "Deep" -Sea',
    price: 2500,
    brandName: 'Tock',
    masterCategory_typeName: 'Accessories',
    gender: 'Men',
    productColors: 'Navy Blue,Silver',
  }),
];

test('a filter matches whole values whatever their case, several mean either', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, SHOP);
  const found = async (query: string) => (await idsOf(host, query)).toSorted().join('');
  t.equal(await found('brand=acme'), 'abc');
  t.equal(await found('brand=acm'), '');
  t.equal(await found('brand=tock&brand=Acme'), 'abcd');
  t.equal(await found('color=blue'), 'ac', 'Navy Blue is another colour');
  t.equal(await found('color=navy%20blue&gender=men'), 'd');
  t.equal(await found('category=Apparel&minPrice=700&maxPrice=900'), 'bc');
  t.equal(await found('brand=&search=&minPrice='), 'abcd', 'an empty field of a form is no filter');
});

test('a search finds what holds every word, as shoppers write it', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, SHOP);
  const found = async (search: string) =>
    (await idsOf(host, `search=${encodeURIComponent(search)}`)).toSorted().join('');
  t.equal(await found('blue shirts'), 'a');
  t.equal(await found('SHIRT'), 'ab');
  t.equal(await found('tshirt'), 'b');
  t.equal(await found('t-shirt'), 'b');
  t.equal(await found('cafe'), 'c');
  t.equal(await found('dresses for women'), '', 'women is no word of the searched fields');
  t.equal(await found('watch by tock'), 'd');
});

test('quotes, minus signs and operators in a search are only text', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, SHOP);
  const found = async (search: string) =>
    (await idsOf(host, `search=${encodeURIComponent(search)}`)).toSorted().join('');
  t.equal(await found('blue -shirt'), 'a');
  t.equal(await found('"sea deep"'), 'd');
  t.equal(await found('{"$ne":1}'), '');
  t.equal(await found('.*'), 'abcd', 'a search without a word is none');
});

test('each facet counts with all other filters, but not its own', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, SHOP);
  const { facets, total } = await list(host, 'brand=tock&maxPrice=3000');
  t.equal(total, 1);
  t.same(facets.brand, [
    { value: 'Acme', count: 3 },
    { value: 'Tock', count: 1 },
  ]);
  t.same(facets.category, [{ value: 'Accessories', count: 1 }]);
  t.same(facets.color, [
    { value: 'Navy Blue', count: 1 },
    { value: 'Silver', count: 1 },
  ]);
  t.same(facets.price, { min: 2500, max: 2500 });
  t.same((await list(host, 'minPrice=600')).facets.price, { min: 500, max: 2500 });
  t.same((await list(host, 'search=nothing')).facets.price, { min: null, max: null });
});

const many = Array.from({ length: 57 }, (_, i) =>
  line({ productId: `m${i}`, price: 100 + (i % 5), productDisplayName: `Shirt ${i % 7}` }),
);

for (const sort of ['relevance', 'newest', 'price', '-price', 'name'] as const) {
  test(`sorted by ${sort}, the pages hold each product once and in order`, async (t) => {
    const host = await startCatalogue(t);
    await importLines(host, many.slice(0, 20));
    await importLines(host, many.slice(20));
    const items = await pagesOf(host, `sort=${sort}&limit=10`);
    t.equal(new Set(items.map(({ productId }) => productId)).size, many.length);
    t.equal(items.length, many.length);
    const prices = items.map(({ price }) => price);
    const names = items.map(({ name }) => name);
    if (sort === 'price')
      t.same(
        prices,
        prices.toSorted((a, b) => a - b),
      );
    if (sort === '-price') t.same(prices, prices.toSorted((a, b) => a - b).toReversed());
    if (sort === 'name') t.same(names, names.toSorted());
    if (sort === 'newest')
      t.ok(items.slice(0, 37).every(({ productId }) => Number(productId.slice(1)) >= 20));
  });
}

test('products that come or go between two pages shift nothing', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, many);
  const first = await list(host, 'sort=price&limit=20');
  await importLines(host, [line({ productId: 'cheap', price: 1 })]);
  await host.context('products').db.collection<{ _id: string }>('products').deleteOne({
    _id: first.items[3]!.productId,
  });
  const rest: typeof first.items = [];
  for (let cursor = first.nextCursor; cursor;) {
    const page = await list(host, `sort=price&limit=20&cursor=${cursor}`);
    rest.push(...page.items);
    cursor = page.nextCursor;
  }
  const ids = [...first.items, ...rest].map(({ productId }) => productId);
  t.equal(ids.length, many.length);
  t.equal(new Set(ids).size, many.length);
});

function forge(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

test('what a request must not ask for is refused as a problem', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, many);
  const { nextCursor } = await list(host, 'sort=price&limit=1');
  const refused = [
    'colour=blue',
    'limit=0',
    'limit=101',
    'limit=many',
    'limit=1&limit=2',
    'minPrice=-1',
    'minPrice=9&maxPrice=8',
    'sort=cheapest',
    `search=${'x'.repeat(201)}`,
    'cursor=nonsense',
    `cursor=${nextCursor}`,
    `sort=price&cursor=${nextCursor}%0A`,
    `sort=price&cursor=${forge(['price', { $gt: 0 }, 'm1'])}`,
    `sort=price&cursor=${forge(['price', 'text', 'm1'])}`,
    `sort=price&cursor=${forge(['price', 1, { $ne: 1 }])}`,
    `cursor=${forge(['newest', 9e99, 'm1'])}`,
    `sort=name&cursor=${forge(['name', ['a'], 'm1'])}`,
  ];
  for (const query of refused) {
    const response = await host.app.inject({ url: `/api/products?${query}` });
    t.equal(response.statusCode, 400, query);
    t.match(response.headers['content-type'], 'application/problem+json', query);
  }
});
