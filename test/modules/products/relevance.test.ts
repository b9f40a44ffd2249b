/** Searching as shoppers do: the best first, words that are begun or misspelt, and pages that stay. */
import { test } from 'tap';
import {
  FASHION,
  idsOf,
  importLines,
  line,
  list,
  pagesOf,
  runImport,
  startCatalogue,
} from './catalogue.ts';
import { join } from 'node:path';

const search = (text: string, more = '') => `search=${encodeURIComponent(text)}${more}`;

/** Products by their ids, each with a name and whatever else is given. */
function products(all: Record<string, string | Record<string, unknown>>): string[] {
  return Object.entries(all).map(([productId, given]) => {
    const fields = typeof given === 'string' ? { productDisplayName: given } : given;
    return line({ productId, brandName: '', productColors: '', ...fields });
  });
}

test('what has the words in its name comes before what has them elsewhere, and phrases come first', async (t) => {
  const host = await startCatalogue(t);
  await importLines(
    host,
    products({
      exact: 'Red Shoe',
      phrase: 'Old Red Shoes',
      apart: 'Red Suede Shoe',
      kind: { productDisplayName: 'Red One', subCategory_typeName: 'Shoes' },
      shelf: { productDisplayName: 'Sneaker', productColors: 'Red', displayCategories: 'Shoes' },
      begun: 'Red Shoebox',
      none: 'Blue Shoe',
    }),
  );
  const wanted = ['exact', 'phrase', 'apart', 'kind', 'shelf', 'begun'];
  t.same(await idsOf(host, search('red shoe')), wanted, 'by relevance, which is the default');
  t.same(await idsOf(host, search('red shoe', '&sort=relevance')), wanted);
  t.same(
    (await idsOf(host, search('red shoe', '&sort=price'))).toSorted(),
    wanted.toSorted(),
    'another order has the same products',
  );
  t.same(await idsOf(host, 'sort=relevance'), await idsOf(host), 'without a search it is newest');
});

test('a brand counts as the name does, and the last word may be the beginning of one', async (t) => {
  const host = await startCatalogue(t);
  await importLines(
    host,
    products({
      a: { productDisplayName: 'Runner', displayCategories: 'Nike' },
      b: { productDisplayName: 'Sock', brandName: 'Nike' },
    }),
  );
  t.same(await idsOf(host, search('nike')), ['b', 'a']);
  t.same(await idsOf(host, search('nike soc')), ['b']);
  t.same(await idsOf(host, search('soc nike')), [], 'other words are whole');
  t.same(await idsOf(host, search('ni')), [], 'and a beginning has three letters at least');
});

test('t-shirt, tshirt and t shirt find each other', async (t) => {
  const host = await startCatalogue(t);
  await importLines(
    host,
    products({ a: 'Red T-Shirt', b: 'Red Tshirts', c: 'Red T Shirt', d: 'Red Shirt' }),
  );
  for (const written of ['t-shirt', 'tshirt', 't shirt', 'T-Shirts', 'T SHIRTS', 'red tshirts']) {
    const { items, correctedSearch } = await list(host, search(written));
    t.same(items.map(({ productId }) => productId).toSorted(), ['a', 'b', 'c'], written);
    t.equal(correctedSearch, undefined);
  }
});

test('a misspelt word is taken for one that there is, and the answer says for which', async (t) => {
  const host = await startCatalogue(t);
  await importLines(
    host,
    products({
      a: { productDisplayName: 'Air Runner 5011', brandName: 'Nike' },
      b: 'Blue T-Shirt',
      c: 'Round Sunglasses',
    }),
  );
  const found = async (text: string) => {
    const { items, correctedSearch } = await list(host, search(text));
    return [items.map(({ productId }) => productId).join(''), correctedSearch];
  };
  t.same(await found('nikee'), ['a', 'nike']);
  t.same(await found('tshrit'), ['b', 'tshirt']);
  t.same(await found('Blue  TSHRIT'), ['b', 'blue tshirt']);
  t.same(await found('sunglases round'), ['c', 'sunglass round']);
  t.same(await found('nikeexx'), ['', undefined], 'two mistakes are too many for a short word');
  t.same(await found('5012'), ['', undefined], 'digits are what they are');
  t.same(await found('nikee sofa'), ['', undefined], 'each word has to be one');
  t.same(await found('nikee sunglasses'), ['', undefined], 'what still finds nothing says nothing');
});

test('nothing is corrected where the word as written finds something', async (t) => {
  const host = await startCatalogue(t);
  const lines = products({ a: 'Tank Top', b: 'Tang Top', c: 'Tang Hat' });
  await importLines(host, lines);
  t.match(await list(host, search('tank')), { total: 1, items: [{ productId: 'a' }] });
  t.match(await list(host, search('tan')), { total: 3 }, 'a beginning is as written');
  t.notOk('correctedSearch' in (await list(host, search('tank', '&brand=none'))));
  await importLines(host, products({ a: 'Vest' }));
  t.match(
    await list(host, search('tank')),
    { total: 2, correctedSearch: 'tang' },
    'a word that no product has any more finds nothing',
  );
});

test('under relevance each product is once on all pages, whatever comes, goes or is corrected meanwhile', async (t) => {
  const host = await startCatalogue(t);
  const many = Object.fromEntries(
    Array.from({ length: 45 }, (_, i) => [
      `m${i}`,
      i % 3 ? `Nike Shoe ${i}` : { productDisplayName: `Sneaker ${i}`, productColors: 'Nike' },
    ]),
  );
  await importLines(host, products(many));
  const first = await list(host, search('nkie', '&limit=20'));
  t.match(first, { total: 45, correctedSearch: 'nike' });
  t.ok(
    first.items.every(({ name }) => name.startsWith('Nike')),
    'the most relevant first',
  );
  await importLines(host, products({ other: 'Nkie', better: 'Nike' }));
  await host
    .context('products')
    .db.collection<{ _id: string }>('products')
    .updateOne({ _id: first.items[0]!.productId }, [
      { $set: { retired: true, changed: '$$CLUSTER_TIME' } },
    ]);
  const rest: typeof first.items = [];
  for (let cursor = first.nextCursor; cursor;) {
    const page = await list(host, search('nkie', `&limit=20&cursor=${cursor}`));
    t.equal(page.correctedSearch, 'nike', 'it is still the list of the first page');
    rest.push(...page.items);
    cursor = page.nextCursor;
  }
  const ids = [...first.items, ...rest].map(({ productId }) => productId);
  t.same(ids.toSorted(), Object.keys(many).toSorted());
  t.same(await idsOf(host, search('nkie')), ['other'], 'and a new search is one of its own');
});

test(
  'a thousand real products are found by what shoppers type',
  { skip: FASHION ? false : 'the real catalogue is not beside the checkout' },
  async (t) => {
    const host = await startCatalogue(t);
    await runImport(host.env, [join(String(FASHION), 'products.ndjson')]);
    const sets = await Promise.all(
      ['t-shirt', 'tshirt', 't shirt', 'tshrit'].map(async (text) => {
        const items = await pagesOf(host, search(text, '&limit=100'));
        return items.map(({ productId }) => productId).toSorted();
      }),
    );
    t.ok(sets[0]!.length > 100);
    for (const set of sets) t.same(set, sets[0]);
    const nike = await list(host, search('nikee'));
    t.equal(nike.correctedSearch, 'nike');
    t.ok(nike.items.every(({ brand }) => brand === 'Nike'));
    const { facets } = await list(host, 'category=apparel');
    t.ok(facets.subCategory.some(({ value }) => value === 'Topwear'));
    t.ok(facets.ageGroup.length > 1);
    t.same(facets.size, [], 'they say nothing of sizes');
    for (const text of ['running shoes', 'watch', 'blue shirts', 'puma']) {
      const [relevant, newest] = await Promise.all([
        pagesOf(host, search(text, '&limit=30')),
        pagesOf(host, search(text, '&limit=30&sort=newest')),
      ]);
      const idsIn = (items: typeof relevant) => items.map(({ productId }) => productId).toSorted();
      t.same(idsIn(relevant), idsIn(newest), text);
      t.equal(new Set(idsIn(relevant)).size, relevant.length, text);
    }
  },
);
