/** Sizes of products: imported, changed by the operator, filtered by and counted. */
import { test } from 'tap';
import {
  idsOf,
  importLines,
  line,
  list,
  publishedBy,
  runImport,
  startCatalogue,
} from './catalogue.ts';
import { operate } from './operator.ts';

test('sizes are filtered by and counted, as sub-categories and age groups are', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [
    line({
      productId: 'a',
      productSizes: 'S, M,s,NA',
      subCategory_typeName: 'Topwear',
      ageGroup: 'Kids',
    }),
    line({ productId: 'b', productSizes: 'M', subCategory_typeName: 'Shoes', ageGroup: 'Adults' }),
    line({ productId: 'c', subCategory_typeName: 'topwear', ageGroup: 'Adults' }),
  ]);
  t.match((await host.app.inject('/api/products/a')).json(), { sizes: ['S', 'M'] });
  t.match((await host.app.inject('/api/products/c')).json(), { sizes: [] });
  t.same((await idsOf(host, 'size=m')).toSorted(), ['a', 'b']);
  t.same((await idsOf(host, 'subCategory=TOPWEAR&ageGroup=kids&ageGroup=adults')).toSorted(), [
    'a',
    'c',
  ]);
  const { facets } = await list(host, 'size=S&subCategory=topwear');
  t.same(facets.size, [
    { value: 'M', count: 1 },
    { value: 'S', count: 1 },
  ]);
  t.same(facets.subCategory, [{ value: 'Topwear', count: 1 }]);
  t.same(facets.ageGroup, [{ value: 'Kids', count: 1 }]);
});

test('what says nothing of sizes has none, and is the same as before there were sizes', async (t) => {
  const host = await startCatalogue(t);
  t.match(await importLines(host, [line({ productSizes: 'S' })]), { new: 1 });
  t.match(await importLines(host, [line()]), { changed: 1 });
  t.same((await list(host)).facets.size, []);
  const { db } = host.context('products');
  await db.collection('products').updateMany({}, { $unset: { sizes: '' } });
  t.match(await importLines(host, [line()]), { unchanged: 1 });
  t.match((await host.app.inject('/api/products/p1')).json(), { sizes: [] });
});

test('the operator changes sizes, which is one new version and an event as ever', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [line()]);
  const change = async () =>
    (await operate(host, 'PATCH', 'products/p1', { sizes: ['38', ' 40 ', '38'] })).json();
  t.match(await change(), { version: 2, sizes: ['38', '40'] });
  t.match(await change(), { version: 2 }, 'the same again changes nothing');
  t.same(await idsOf(host, 'size=40'), ['p1']);
  const updates = await publishedBy(host);
  t.same(Object.keys(updates[1]!).toSorted(), Object.keys(updates[0]!).toSorted());
  const refused = await operate(host, 'PATCH', 'products/p1', { sizes: ['\u200b'] });
  t.equal(refused.statusCode, 400);
});

test('a mapping takes sizes from columns', async (t) => {
  const host = await startCatalogue(t);
  const directory = t.testdir({
    'shop.csv': 'Id;Name;Price;Sizes\nx;Tee;10;S|M|10,5\n',
    'shop.json': JSON.stringify({
      delimiter: ';',
      fields: {
        productId: { from: ['{Id}'] },
        price: { from: ['{Price}'] },
        productDisplayName: { from: ['{Name}'] },
        productSizes: { from: ['{Sizes}'], list: '|' },
      },
    }),
  });
  const run = await runImport(host.env, [
    `${directory}/shop.csv`,
    '--mapping',
    `${directory}/shop.json`,
  ]);
  t.match(run, { status: 0 });
  t.match((await host.app.inject('/api/products/x')).json(), { sizes: ['S', 'M', '10 5'] });
});
