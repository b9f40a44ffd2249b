/** The catalogue with real products: a thousand of them, as a shop exports them. */
import { join } from 'node:path';
import { test } from 'tap';
import { FASHION, list, pagesOf, publishedBy, runImport, startCatalogue } from './catalogue.ts';

test(
  'a thousand real products are imported with pictures, and found',
  { skip: FASHION ? false : 'the real catalogue is not beside the checkout' },
  async (t) => {
    const host = await startCatalogue(t);
    const args = [
      join(String(FASHION), 'products.ndjson'),
      '--images',
      join(String(FASHION), 'images'),
    ];
    const first = await runImport(host.env, args);
    t.match(first, { status: 0, stderr: '', stdout: /^1000 new, .* 0 bad, 1000 pictures/ });
    const second = await runImport(host.env, args);
    t.match(second, { status: 0, stdout: /^0 new, 0 changed, 1000 unchanged, 0 bad, 0 pictures/ });
    t.equal((await publishedBy(host)).length, 1000);

    const { facets, total } = await list(host, 'gender=women&search=shirt');
    const women = facets.gender.find(({ value }) => value === 'Women');
    t.equal(women?.count, total);
    t.notOk(facets.color.some(({ value }) => value === 'NA' || value === ''));

    for (const sort of ['relevance', 'newest', 'price', '-price', 'name']) {
      const items = await pagesOf(host, `sort=${sort}&limit=100`);
      t.equal(new Set(items.map(({ productId }) => productId)).size, 1000, sort);
      t.equal(items.length, 1000, sort);
    }
    const picture = await host.app.inject('/api/products/10000/image');
    t.match(picture, { statusCode: 200, headers: { 'content-type': 'image/webp' } });
  },
);
