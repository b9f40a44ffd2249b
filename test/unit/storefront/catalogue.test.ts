/** What the catalogue makes of addresses, without a browser. */
import { test } from 'tap';
import {
  apiPath,
  defaultSort,
  namesList,
  readAddress,
  titleOf,
  toAddress,
  toggled,
  unfiltered,
  withPrices,
  withValue,
} from '../../../modules/storefront/pages/catalogue/query.ts';
import { setFormats } from '../../../modules/storefront/pages/lib/format.ts';

setFormats({ locale: 'en', currency: 'EUR', decimals: 2 });

const query = (text: string) => new URLSearchParams(text);

test('of an address counts what the shop knows, whatever else stands in it', (t) => {
  const asked = readAddress('?utm_source=x&brand=A&brand=B&minPrice=&limit=9&sort=price&sort=name');
  t.equal(asked.query.toString(), 'brand=A&brand=B&sort=price');
  t.equal(asked.cursor, undefined);
  t.same(asked.faults, []);
  t.equal(readAddress('?cursor=abc').cursor, 'abc');
  t.end();
});

test('what makes no sense in an address is said in words, and the rest is shown', (t) => {
  for (const [address, words] of [
    ['brand=A&minPrice=abc', /“abc” is no price/],
    ['brand=A&maxPrice=-1', /“-1” is no price/],
    ['brand=A&maxPrice=99999999999', /is no price/],
    ['brand=A&minPrice=9&maxPrice=5', /from €9\.00 up to €5\.00/],
    ['brand=A&sort=best', /cannot sort by “best”/],
    [`brand=A&search=${'x'.repeat(201)}`, /too long/],
  ] as const) {
    const { query: left, faults } = readAddress(`?${address}`);
    t.equal(left.toString(), 'brand=A', address);
    t.equal(faults.length, 1, address);
    t.match(faults[0]?.text, words);
    t.equal(faults[0]?.without, 'brand=A');
  }
  t.end();
});

test('the API is asked in the smallest unit for what an address says as people write it', (t) => {
  const path = apiPath(query('minPrice=6.49&brand=A'), 24, 'c');
  t.equal(path, '/api/products?minPrice=649&brand=A&limit=24&cursor=c');
  const bounds = withPrices(query('minPrice=1'), { minPrice: undefined, maxPrice: 1250 });
  t.equal(bounds.toString(), 'maxPrice=12.50');
  t.end();
});

test('a filter is chosen and taken away, however it is spelt, and the others stay', (t) => {
  const one = query('search=mug&brand=A');
  const both = toggled(one, 'brand', 'B & C');
  t.equal(both.toString(), 'search=mug&brand=A&brand=B+%26+C');
  t.equal(toggled(both, 'brand', 'a').toString(), 'search=mug&brand=B+%26+C');
  t.equal(withValue(one, 'sort', 'price').toString(), 'search=mug&brand=A&sort=price');
  t.equal(withValue(one, 'search', '').toString(), 'brand=A');
  t.equal(unfiltered(query('search=mug&brand=A&sort=name')).toString(), 'search=mug&sort=name');
  t.equal(one.toString(), 'search=mug&brand=A', 'the query before is as it was');
  t.end();
});

test('a list has an address to come back to, a title, and an order', (t) => {
  t.equal(toAddress(query('')), '/products');
  t.equal(toAddress(query('category=Home')), '/products?category=Home');
  t.equal(titleOf(query('')), 'The whole shop');
  t.equal(titleOf(query('category=Home')), 'Home');
  t.equal(titleOf(query('search=mug&category=Home')), 'Results for “mug”');
  t.equal(defaultSort(query('')), 'newest');
  t.equal(defaultSort(query('search=mug')), 'relevance');
  t.ok(namesList('?category=Home&utm_source=x'));
  t.notOk(namesList('?utm_source=x'));
  t.end();
});
