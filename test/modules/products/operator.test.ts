/** The operator's calls of the catalogue: prices and stocks, changed once and lost never. */
import { test } from 'tap';
import { productsOf } from '../../../modules/products/catalogue/store.ts';
import { openStock } from './stock.ts';
import { ended, place, seed, stockOf } from '../../shop.ts';
import { eventually, startTestHost } from '../../support.ts';
import { importLines, line, list, publishedBy, startCatalogue } from './catalogue.ts';
import { operate } from './operator.ts';

test('the calls want the token, and a product that the shop shows', async (t) => {
  const host = await startCatalogue(t);
  const calls = [
    ['GET', 'products/none', undefined],
    ['PATCH', 'products/none', { price: 1 }],
    ['POST', 'products/none/stock', { change: 1 }],
  ] as const;
  for (const [method, path, payload] of calls) {
    const refused = await host.app.inject({
      method,
      url: `/api/admin/${path}`,
      ...(payload && { payload }),
    });
    t.equal(refused.statusCode, 401, `${method} ${path}`);
    const unknown = await operate(host, method, path, payload);
    t.match(unknown.json(), { status: 404, type: 'urn:millrace:problem:unknown-product' });
  }
});

test('a product is shown with what is set aside, sold, and its version', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [line({ stockQty: 9 })]);
  await openStock(host.context('products')).reserve([
    { orderId: 'o1', lines: [{ productId: 'p1', quantity: 4 }], again: false, cause: {} },
  ]);
  const shown = await operate(host, 'GET', 'products/p1');
  t.match(shown.json(), {
    productId: 'p1',
    price: 1000,
    stockQty: 5,
    reservedOrders: 1,
    reservedQty: 4,
    soldQty: 0,
    version: 1,
  });
});

test('what does not fit is refused and changes nothing', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [line()]);
  for (const body of [{}, { price: -1 }, { price: 1.5 }, { price: 1, stockQty: 3 }, { name: ' ' }])
    t.equal((await operate(host, 'PATCH', 'products/p1', body)).statusCode, 400);
  for (const body of [{}, { change: 0.5 }, { change: 1, reason: '' }, { change: 1, stockQty: 3 }])
    t.equal((await operate(host, 'POST', 'products/p1/stock', body)).statusCode, 400);
  t.match(await stockOf(host, 'p1'), { stockQty: 25 });
  t.equal((await publishedBy(host)).length, 1);
});

test('a change of the price and the name is published once, and found', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [line()]);
  const change = { price: 800, name: 'Striped  Jumper' };
  for (let i = 0; i < 2; i += 1) {
    const changed = await operate(host, 'PATCH', 'products/p1', change);
    t.match(changed.json(), { price: 800, name: 'Striped Jumper', version: 2 });
  }
  t.equal((await list(host, 'search=jumper')).total, 1);
  t.equal((await list(host, 'search=shirt')).total, 0);
  const events = await eventually('it is published', async () => {
    const all = await publishedBy(host);
    return all.length > 1 && all;
  });
  t.match(events.slice(1), [{ version: '2', price: '800', name: 'Striped Jumper' }]);
});

test('the same import again leaves what the operator has changed; one that differs sets all', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [line()]);
  await operate(host, 'PATCH', 'products/p1', { price: 800 });
  t.match(await importLines(host, [line()]), { unchanged: 1 });
  t.match((await list(host)).items, [{ price: 800 }]);
  t.match(await importLines(host, [line({ brandName: 'Other' })]), { changed: 1 });
  t.match((await list(host)).items, [{ price: 1000, brand: 'Other' }]);
  const versions = (await publishedBy(host)).map(({ version }) => version);
  t.same(versions, ['1', '2', '3']);
});

test('operators and imports that write at the same time lose nothing of each other', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [line({ price: 2000 })]);
  const changes = Array.from({ length: 20 }, (_, i) =>
    operate(host, 'PATCH', 'products/p1', i % 2 ? { price: 2000 + i } : { name: `Name ${i}` }),
  );
  const imports = [1, 2, 3].map((i) =>
    importLines(host, [line({ price: 2000, brandName: `Brand ${i}` })]),
  );
  for (const { statusCode } of await Promise.all(changes)) t.equal(statusCode, 200);
  await Promise.all(imports);
  const { version } = (await productsOf(host.context('products').db).findOne({ _id: 'p1' }))!;
  t.equal(version, 24, 'each was a version of its own');
  const events = await eventually('all are published', async () => {
    const all = await publishedBy(host);
    return all.length === 24 && all;
  });
  t.same(
    events.map((event) => Number(event['version'])).toSorted((a, b) => a - b),
    Array.from({ length: 24 }, (_, i) => i + 1),
  );
});

test('an order that is placed after a change of the price has the new one, an earlier keeps its own', async (t) => {
  const host = await startTestHost(t);
  await seed(host, [{ productId: 'a', price: 1000 }]);
  const before = await place(host, { a: 1 });
  await operate(host, 'PATCH', 'products/a', { price: 700 });
  await eventually(
    'orders sells at the new price',
    async () => (await place(host, { a: 1 })).orderAmount === 700,
  );
  t.equal((await ended(host, before)).orderAmount, 1000);
});

test('the stock never goes below zero, and the answer says what is there', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [line({ stockQty: 3 })]);
  const change = (by: number) => operate(host, 'POST', 'products/p1/stock', { change: by });
  t.match((await change(-4)).json(), {
    status: 409,
    type: 'urn:millrace:problem:not-enough-stock',
    available: 3,
  });
  const all = await Promise.all([1, 2, 3, 4, 5].map(() => change(-1)));
  t.equal(all.filter(({ statusCode }) => statusCode === 200).length, 3);
  t.equal(all.filter(({ statusCode }) => statusCode === 409).length, 2);
  t.match(await stockOf(host, 'p1'), { stockQty: 0 });
  t.match((await change(12)).json(), { productId: 'p1', change: 12, stockQty: 12 });
});

test('a change with the same key happens once, and is answered alike', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [line({ stockQty: 3 })]);
  const change = (body: object, key: string) =>
    operate(host, 'POST', 'products/p1/stock', body, { 'idempotency-key': key });
  const body = { change: 5, reason: 'A delivery' };
  const all = await Promise.all(Array.from({ length: 10 }, () => change(body, 'one')));
  await change({ change: -8 }, 'two');
  for (const answer of [...all, await change(body, 'one')])
    t.same(answer.json(), { productId: 'p1', ...body, stockQty: 8 });
  t.match(await stockOf(host, 'p1'), { stockQty: 0 });
  const other = await change({ change: 6 }, 'one');
  t.match(other.json(), { status: 422, type: 'urn:millrace:problem:idempotency-key-reused' });
});
