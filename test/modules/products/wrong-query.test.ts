/** What is wrong with a request for a list, as a shopper reads it. */
import { test } from 'tap';
import { list, importLines, line, startCatalogue } from './catalogue.ts';

test('a wrong request is refused in the words of a shopper, and by a code for programs', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [line(), line({ productId: 'p2' })]);
  const { nextCursor } = await list(host, 'sort=price&limit=1');
  const page = /^This page of the list is not there: .* Start again at the first page\.$/;
  const refused: Record<string, [string, string | RegExp]> = {
    'minPrice=abc': ['invalid-request', 'The lowest price is no number, or has decimals.'],
    'maxPrice=1.5': ['invalid-request', 'The highest price is no number, or has decimals.'],
    'minPrice=-1': ['invalid-request', 'The lowest price is below zero.'],
    'maxPrice=1000000001': ['invalid-request', 'The highest price can be 1000000000 at most.'],
    'minPrice=9&maxPrice=8': [
      'invalid-price-range',
      'The lowest price is above the highest price. Exchange them, or leave one of them out.',
    ],
    'sort=cheapest': ['invalid-request', 'The order of the list is none that there is.'],
    'limit=0': ['invalid-request', 'The number of products on a page has to be 1 at least.'],
    [`search=${'x'.repeat(201)}`]: [
      'invalid-request',
      'The search is too long: it can have 200 characters.',
    ],
    'colour=blue': ['invalid-request', /^The list can be narrowed by nothing of this name\./],
    'cursor=broken': ['invalid-cursor', page],
    [`sort=name&cursor=${nextCursor}`]: ['invalid-cursor', page],
    [`search=shirt&cursor=${nextCursor}`]: ['invalid-cursor', page],
  };
  for (const [query, [code, detail]] of Object.entries(refused)) {
    const response = await host.app.inject(`/api/products?${query}`);
    t.match(response.json(), { status: 400, type: `urn:millrace:problem:${code}`, detail }, query);
  }
  const { errors } = (await host.app.inject('/api/products?minPrice=abc')).json();
  t.same(errors, [{ path: 'querystring/minPrice', message: 'must be integer' }]);
  const unknown = await host.app.inject('/api/products/suggestions?q=shirt');
  t.match(unknown.json(), { status: 400, errors: [{ path: 'querystring/q' }] });
});
