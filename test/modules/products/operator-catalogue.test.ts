/** The operator's catalogue: products created, changed, archived and brought back, each change by one who knew the state. */
import { test } from 'tap';
import { get, place, post, seed, stockOf } from '../../shop.ts';
import { eventually, startTestHost, type TestHost } from '../../support.ts';
import { importLines, line, list, publishedBy, startCatalogue } from './catalogue.ts';
import { operate } from './operator.ts';

interface Shown {
  productId: string;
  version: number;
  price: number;
  archived: boolean;
}
const LAMP = { productId: 'lamp-1', name: 'Desk  Lamp', price: 4900 };

async function found(host: TestHost, query: string) {
  const answer = await operate(host, 'GET', `products?${query}`);
  return answer.json<{ items: Shown[]; total: number; nextCursor: string | null }>();
}
const idsOf = ({ items }: { items: Shown[] }) => items.map(({ productId }) => productId);

test('every call wants the token', async (t) => {
  const host = await startCatalogue(t);
  for (const [method, path] of [
    ['GET', 'products'],
    ['POST', 'products'],
    ['GET', 'products/p1/history'],
    ['POST', 'products/p1/archive'],
    ['POST', 'products/p1/restore'],
    ['PUT', 'products/p1/picture'],
    ['DELETE', 'products/p1/picture'],
  ] as const) {
    const url = `/api/admin/${path}`;
    t.equal((await host.app.inject({ method, url })).statusCode, 401, `${method} ${path}`);
  }
});

test('a product is created once, listed, found, sold, and its number never given again', async (t) => {
  const host = await startTestHost(t);
  const body = { ...LAMP, brand: 'Lumen', colors: ['Red', ' red', 'Blue'], stockQty: 3 };
  const headers = { 'idempotency-key': 'k1' };
  const created = await operate(host, 'POST', 'products', body, headers);
  t.equal(created.statusCode, 201);
  t.equal(created.headers['etag'], '"1"');
  t.match(created.json(), {
    name: 'Desk Lamp',
    colors: ['Red', 'Blue'],
    stockQty: 3,
    version: 1,
    archived: false,
  });
  const again = await operate(host, 'POST', 'products', body, headers);
  t.match(again.json(), { version: 1 });
  t.equal(again.statusCode, 201);
  const other = await operate(host, 'POST', 'products', { ...body, price: 1 }, headers);
  t.match(other.json(), { status: 422, type: 'urn:millrace:problem:idempotency-key-reused' });
  const taken = await operate(host, 'POST', 'products', { ...body, price: 1 });
  t.match(taken.json(), { status: 409, type: 'urn:millrace:problem:product-exists' });
  t.equal((await list(host, 'search=lamp')).total, 1);
  const items = [{ productId: 'lamp-1', quantity: 1 }];
  await eventually('it is sold', async () => (await post(host, { items })).statusCode === 202);
});

test('what does not fit creates nothing', async (t) => {
  const host = await startCatalogue(t);
  for (const wrong of [
    { productId: '../x' },
    { productId: 'suggestions' },
    { name: ' ' },
    { name: 'a\u202eb' },
    { price: -1 },
    { price: 1.5 },
    { stockQty: -1 },
    { colors: [''] },
    { unknown: 1 },
  ])
    t.equal(
      (await operate(host, 'POST', 'products', { ...LAMP, ...wrong })).statusCode,
      400,
      JSON.stringify(wrong),
    );
  t.equal((await found(host, '')).total, 0);
  t.same(await publishedBy(host), []);
});

test('every detail is changed, cleaned as an import cleans it', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [line()]);
  const body = {
    brand: 'Other',
    category: 'Home',
    gender: '',
    colors: ['Teal'],
    description: '<p onclick="x()">Good</p><script>bad()</script>',
  };
  const changed = await operate(host, 'PATCH', 'products/p1', body);
  t.match(changed.json(), { ...body, description: '<p>Good</p>', version: 2 });
  t.equal((await list(host, 'color=teal')).total, 1);
});

test('a change made from an old state is refused, and nothing of the newer one is lost', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [line()]);
  const seen = (await operate(host, 'GET', 'products/p1')).headers['etag'] as string;
  const change = (body: object) =>
    operate(host, 'PATCH', 'products/p1', body, { 'if-match': seen });
  const answers = await Promise.all([change({ name: 'One' }), change({ name: 'Two' })]);
  const [refused, ...others] = answers.toSorted((a, b) => b.statusCode - a.statusCode);
  t.same(
    others.map(({ statusCode }) => statusCode),
    [200],
  );
  t.match(refused?.json(), {
    status: 412,
    type: 'urn:millrace:problem:changed-meanwhile',
    version: 2,
  });
  const stale = { 'if-match': seen };
  const archived = await operate(host, 'POST', 'products/p1/archive', undefined, stale);
  t.equal(archived.statusCode, 412);
  const any = { 'if-match': '*' };
  t.equal((await operate(host, 'PATCH', 'products/p1', { name: 'Three' }, any)).statusCode, 200);
});

test('a large change of the price wants a confirmation, and so does 0', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [line()]);
  for (const price of [0, 499, 1501, 100_000]) {
    const refused = await operate(host, 'PATCH', 'products/p1', { price, brand: 'X' });
    t.match(refused.json(), {
      status: 409,
      type: 'urn:millrace:problem:large-price-change',
      oldPrice: 1000,
      newPrice: price,
    });
  }
  t.match((await operate(host, 'GET', 'products/p1')).json(), { price: 1000, version: 1 });
  for (const price of [500, 750])
    t.match((await operate(host, 'PATCH', 'products/p1', { price })).json(), { price });
  const free = await operate(host, 'PATCH', 'products/p1', { price: 0, confirm: true });
  t.match(free.json(), { price: 0 });
  t.equal((await operate(host, 'PATCH', 'products/p1', { price: 10 })).statusCode, 409);
});

test('an archived product is neither listed, found, shown nor sold; placed orders keep it; it comes back', async (t) => {
  const host = await startTestHost(t);
  await seed(host, [{ productId: 'a', price: 1000 }, { productId: 'b' }]);
  const before = await place(host, { a: 2 });
  await eventually('its pieces are taken', async () => (await stockOf(host, 'a')).stockQty === 23);
  t.match((await operate(host, 'POST', 'products/a/archive')).json(), { archived: true });
  t.match((await operate(host, 'POST', 'products/a/archive')).json(), { version: 2 });
  t.match((await list(host, 'search=product')).items, [{ productId: 'b' }]);
  for (const path of ['a', 'a/image', 'a/related'])
    t.equal((await host.app.inject(`/api/products/${path}`)).statusCode, 404, path);
  t.equal(
    (await host.app.inject('/api/products/suggestions?search=product')).json().products.length,
    1,
  );
  const items = [{ productId: 'a', quantity: 1 }];
  const refused = await eventually('orders refuses it', async () => {
    const answer = await post(host, { items });
    return answer.statusCode === 422 && answer.json<object>();
  });
  t.match(refused, { type: 'urn:millrace:problem:unknown-product', productIds: ['a'] });
  const order = await eventually('the order that was placed is paid', async () => {
    const shown = (await get(host, `/api/orders/${before.orderId}`)).json<{
      orderStatusCode: number;
    }>();
    return shown.orderStatusCode === 3 && shown;
  });
  t.match(order, { orderAmount: 2000 });
  t.match((await operate(host, 'POST', 'products/a/restore')).json(), {
    archived: false,
    version: 3,
  });
  t.equal((await list(host, 'search=product')).total, 2);
  await eventually(
    'it is sold again',
    async () => (await post(host, { items })).statusCode === 202,
  );
});

test('the table finds words and numbers, with the archived ones where asked, a page at a time', async (t) => {
  const host = await startCatalogue(t);
  await importLines(
    host,
    ['p1', 'p2', 'p3', 'p4'].map((productId, i) => line({ productId, price: 1000 + i })),
  );
  await operate(host, 'POST', 'products/p2/archive');
  t.same(idsOf(await found(host, 'sort=price')), ['p1', 'p3', 'p4']);
  t.same(idsOf(await found(host, 'archived=only')), ['p2']);
  t.same(idsOf(await found(host, 'archived=also&sort=price')), ['p1', 'p2', 'p3', 'p4']);
  t.same(idsOf(await found(host, 'search=p3')), ['p3']);
  t.same(idsOf(await found(host, 'search=p2')), []);
  t.same(idsOf(await found(host, 'search=p2&archived=also')), ['p2']);
  const first = await found(host, 'archived=also&sort=price&limit=3');
  const next = await found(host, `archived=also&sort=price&limit=3&cursor=${first.nextCursor}`);
  t.same([...idsOf(first), ...idsOf(next)], ['p1', 'p2', 'p3', 'p4']);
  await operate(host, 'POST', 'products/p2/restore');
  t.equal((await found(host, 'archived=only')).total, 0, 'what was restored leaves at once');
  for (const wrong of ['archived=maybe', 'limit=0', 'limit=101', 'cursor=x', 'other=1'])
    t.equal((await operate(host, 'GET', `products?${wrong}`)).statusCode, 400, wrong);
});

test('an import changes an archived product and does not bring it back', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [line()]);
  await operate(host, 'POST', 'products/p1/archive');
  t.match(await importLines(host, [line({ brandName: 'New' })]), { changed: 1 });
  t.match((await operate(host, 'GET', 'products/p1')).json(), { brand: 'New', archived: true });
  t.equal((await list(host)).total, 0);
  const events = await eventually('all are published', async () => {
    const all = await publishedBy(host);
    return all.length === 3 && all;
  });
  t.same(
    events.map(({ archived }) => archived),
    [undefined, 'true', 'true'],
  );
});
