/** What the pages make of addresses, without a browser. */
import { test } from 'tap';
import {
  titleOf,
  toAddress,
  toggled,
  toQuery,
  unfiltered,
  withValue,
} from '../../../modules/storefront/pages/assets/catalogue/query.js';

const query = (text: string) => new URLSearchParams(text);

test('the API is asked for what it knows, whatever else stands in the address', (t) => {
  const address = query('utm_source=x&brand=A&brand=B&minPrice=&cursor=c&limit=9&sort=price');
  t.equal(toQuery(address).toString(), 'brand=A&brand=B&sort=price');
  t.end();
});

test('a filter is chosen and taken away, and the others stay', (t) => {
  const one = query('search=mug&brand=A');
  const both = toggled(one, 'brand', 'B & C');
  t.equal(both.toString(), 'search=mug&brand=A&brand=B+%26+C');
  t.equal(toggled(both, 'brand', 'A').toString(), 'search=mug&brand=B+%26+C');
  t.equal(withValue(one, 'sort', 'price').toString(), 'search=mug&brand=A&sort=price');
  t.equal(withValue(one, 'search', '').toString(), 'brand=A');
  t.equal(unfiltered(query('search=mug&brand=A&sort=name')).toString(), 'search=mug&sort=name');
  t.equal(one.toString(), 'search=mug&brand=A', 'the query before is as it was');
  t.end();
});

test('a list has an address to come back to, and a title', (t) => {
  t.equal(toAddress(query('')), '/');
  t.equal(toAddress(query('category=Home')), '/?category=Home');
  t.equal(titleOf(query('')), 'The whole shop');
  t.equal(titleOf(query('category=Home')), 'Home');
  t.equal(titleOf(query('search=mug&category=Home')), 'Results for “mug”');
  t.end();
});
