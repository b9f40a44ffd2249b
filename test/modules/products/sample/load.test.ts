/** The sample catalogue: loaded once, and gone when the shop has its own. */
import { test } from 'tap';
import { openCatalogue } from '../../../../modules/products/catalogue/store.ts';
import { products } from '../../../../modules/products/index.ts';
import { loadSample } from '../../../../modules/products/sample/load.ts';
import { stockOf } from '../../../shop.ts';
import { openTestEnvironment, startTestHost } from '../../../support.ts';
import { importLines, line, list, publishedBy, startCatalogue } from '../catalogue.ts';
import { sampleProducts } from './files.ts';

const count = sampleProducts.length;
const options = { modules: [products], environment: { SAMPLE_CATALOGUE: 'on' } };

test('of two processes that start at once, both serve the sample, loaded once', async (t) => {
  const env = await openTestEnvironment(t);
  // The collections are there, so that the two meet where they load and not where they are made.
  await startCatalogue(t, env);
  const [host] = await Promise.all([
    startTestHost(t, { ...options, env }),
    startTestHost(t, { ...options, env }),
  ]);
  const { total, items } = await list(host);
  t.equal(total, count);
  t.equal((await publishedBy(host)).length, count);
  const picture = await host.app.inject(String(items[0]?.imageUrl));
  t.match(picture, { statusCode: 200, headers: { 'content-type': /^image\/svg\+xml/ } });
});

test('a later start loads nothing again', async (t) => {
  const host = await startTestHost(t, options);
  await loadSample(openCatalogue(host.context('products')), host.context('products'));
  t.equal((await publishedBy(host)).length, count);
});

test("an import of the shop's own products takes the sample out", async (t) => {
  const host = await startTestHost(t, options);
  const [first, second] = sampleProducts;
  await importLines(host, [line({ productId: first?.productId, stockQty: 3 })]);
  const { items, total } = await list(host);
  t.equal(total, 1);
  t.match(items, [
    { productId: first?.productId, name: 'Plain Blue Shirt', stockQty: 3, imageUrl: null },
  ]);
  const events = await publishedBy(host);
  t.match(events.at(-1), { version: '2' }, 'copies of the sample product are replaced');
  const gone = await host.app.inject(`/api/products/${second?.productId}`);
  t.equal(gone.statusCode, 404);
  t.match(await stockOf(host, String(second?.productId)), { stockQty: 0 });
  await loadSample(openCatalogue(host.context('products')), host.context('products'));
  t.equal((await list(host)).total, 1, 'and it does not come back');
});
