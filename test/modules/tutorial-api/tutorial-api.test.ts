/** The tutorial's front end finds, orders and lists what it would of the tutorial's own gateway. */
import { test, type Test } from 'tap';
import { eventually, openTestEnvironment, startTestHost, type TestHost } from '../../support.ts';
import { gateway } from '../../../modules/gateway/index.ts';
import { modules } from '../../../modules/index.ts';
import { tutorialApi } from '../../../modules/tutorial-api/index.ts';
import { seed } from '../../shop.ts';
import { importLines } from '../products/catalogue.ts';

/** What the tutorial's front end sends with every call, a body or none. */
const HEADERS = { accept: 'application/json', 'content-type': 'application/json' };

interface Reply {
  status: number;
  body: Record<string, unknown> & { data: unknown; error: unknown; auth?: string | null };
}

/** Calls a host as the front end does. */
async function call(host: TestHost, path: string, payload?: object, auth?: string): Promise<Reply> {
  const response = await host.app.inject({
    method: path.startsWith('/orderHistory') ? 'GET' : 'POST',
    url: path,
    headers: { ...HEADERS, host: 'shop.example', ...(auth && { authorization: `Bearer ${auth}` }) },
    ...(payload && { payload: JSON.stringify(payload) }),
  });
  return { status: response.statusCode, body: response.json() };
}

const find = (host: TestHost, search?: string) =>
  call(
    host,
    '/products/getProductsByFilter',
    search === undefined ? undefined : { productDisplayName: search },
  );
const order = (host: TestHost, products: object[], auth?: string) =>
  call(host, '/orders/createOrder', { products }, auth);
const history = (host: TestHost, auth?: string) =>
  call(host, '/orderHistory/viewOrderHistory', undefined, auth);

const LINE = JSON.stringify({
  productId: '11001',
  productDisplayName: 'Grey Running Shoes',
  variantName: 'Run 1',
  brandName: 'Puma',
  ageGroup: 'Adults-Men',
  gender: 'Men',
  displayCategories: 'Shoes,Sale',
  price: 22885,
  stockQty: 5,
  productDescriptors_description_value: '<p>Light</p>',
});

const SHOES = {
  id: 11001,
  price: 22885,
  productDisplayName: 'Grey Running Shoes',
  variantName: 'Run 1',
  brandName: 'Puma',
  ageGroup: 'Adults-Men',
  gender: 'Men',
  displayCategories: 'Shoes,Sale',
  styleImages: { default: { imageURL: '' } },
  productDescriptors: { description: { value: '<p>Light</p>' } },
};

/** A shop with the shoes, which can be ordered. */
async function openShop(t: Test, environment: Record<string, string> = {}): Promise<TestHost> {
  return stock(await startTestHost(t, { environment }));
}

/** The same in two processes, of which the first has no more than the gateway. */
async function openSplitShop(t: Test): Promise<TestHost> {
  const env = await openTestEnvironment(t);
  const others = modules.filter((module) => module !== gateway && module !== tutorialApi);
  const behind = await startTestHost(t, { env, modules: others, known: modules });
  await behind.app.listen({ host: '127.0.0.1', port: 0 });
  const front = await startTestHost(t, { env, modules: [gateway, tutorialApi], known: modules });
  await eventually('the products are reached', async () => (await find(front)).status === 200);
  const { app } = front;
  return { ...(await stock(behind)), app };
}

async function stock(host: TestHost): Promise<TestHost> {
  const { reported } = await importLines(host, [LINE]);
  if (reported.length > 0) throw new Error(reported.join());
  await seed(host, [{ productId: 'mug', price: 299 }]);
  await eventually('the shoes can be ordered', async () => {
    const copy = host.context('orders').db.collection<{ _id: string }>('catalogue');
    return (await copy.countDocuments({ _id: '11001' })) === 1;
  });
  return host;
}

test('products are listed and searched, with a body or none', async (t) => {
  const host = await openShop(t);
  const all = await find(host);
  t.equal(all.status, 200);
  t.equal(all.body.error, null);
  t.equal(all.body['isFromCache'], false);
  t.same((all.body.data as { _id: string }[]).map(({ _id }) => _id).toSorted(), ['11001', 'mug']);
  const found = await find(host, 'running shoes');
  t.same(found.body.data, [{ _id: '11001', productId: 11001, data: SHOES }]);
  t.equal((await find(host, 'running shoes')).body['isFromCache'], true);
  t.same((await find(host, 'nothing of that name')).body.data, []);
});

test('a catalogue of more than a page is listed up to a thousand products', async (t) => {
  const host = await startTestHost(t);
  const products = Array.from({ length: 1020 }, (_, i) => ({ productId: String(10_000 + i) }));
  await seed(host, products);
  const { body } = await find(host);
  const ids = (body.data as { _id: string }[]).map(({ _id }) => _id);
  t.equal(ids.length, 1000);
  t.equal(new Set(ids).size, 1000, 'each once');
});

test('a picture is found from the page of another origin', async (t) => {
  const host = await openShop(t);
  const images = host.context('products').db.collection('products');
  await images.updateOne({ _id: '11001' as never }, { $set: { hasImage: true } });
  const { body } = await find(host, 'running');
  const [{ data }] = body.data as [{ data: typeof SHOES }];
  const { imageURL } = data.styleImages.default;
  t.equal(new URL(imageURL).href.split('#')[0], 'http://shop.example/api/products/11001/image');
  t.match(imageURL, /\.svg$/, 'so the front end shows it as it is');
});

for (const [arrangement, open] of [
  ['in one process', openShop],
  ['split', openSplitShop],
] as const)
  test(`${arrangement}: whoever brings no token buys as a guest, and sees the order by the token that came back`, async (t) => {
    const host = await open(t);
    const lines = [
      { productId: 11001, qty: 2, productPrice: 1 },
      { productId: 'mug', qty: 1, productPrice: 1 },
    ];
    const placed = await order(host, lines);
    t.equal(placed.status, 200);
    t.match(placed.body, { data: String, error: null, auth: /^mrs_/ });
    const auth = placed.body.auth!;

    const paid = await eventually('the order is paid', async () => {
      const { body } = await history(host, auth);
      const [first] = body.data as { orderStatusCode: number }[];
      return first?.orderStatusCode === 3 && body;
    });
    t.equal(paid.auth, null, 'the session goes on');
    const [shown] = paid.data as Record<string, unknown>[];
    const { userId, createdOn, lastUpdatedOn, ...rest } = shown!;
    t.match(userId, /^[\da-f-]{36}$/);
    t.match([createdOn, lastUpdatedOn], [/^\d{4}-.*Z$/, /^\d{4}-.*Z$/]);
    t.match(rest, {
      orderId: placed.body.data,
      orderStatusCode: 3,
      createdBy: userId,
      lastUpdatedBy: userId,
      products: [
        { productId: 11001, qty: 2, productPrice: 22885, productData: SHOES },
        { productId: 'mug', qty: 1, productPrice: 299, productData: { id: 'mug' } },
      ],
    });
  });

test('nobody sees the orders of another, and a refused token begins a session of its own', async (t) => {
  const host = await openShop(t);
  const placed = await order(host, [{ productId: 'mug', qty: 1 }]);
  await eventually('the order is shown', async () => {
    const { body } = await history(host, placed.body.auth!);
    return (body.data as object[]).length === 1;
  });
  for (const token of [undefined, 'mrs_forged', 'no token at all']) {
    const { status, body } = await history(host, token);
    t.equal(status, 200);
    t.same(body.data, []);
    t.match(body.auth, /^mrs_/);
    t.not(body.auth, placed.body.auth);
  }
});

test('orders that came to nothing are not listed', async (t) => {
  const host = await openShop(t);
  const { body } = await order(host, [{ productId: 11001, qty: 6 }]);
  await untilStatus(host, body, -1);
  t.same((await history(host, body.auth!)).body.data, []);
});

test('what cannot be ordered is refused, says why, and changes nothing', async (t) => {
  const host = await openShop(t);
  const unknown = await eventually('the catalogue is known to be whole', async () => {
    const refused = await order(host, [{ productId: 'nope', qty: 1 }]);
    return refused.status !== 503 && refused;
  });
  t.equal(unknown.status, 422);
  t.equal(unknown.body.data, null);
  t.match(unknown.body.error, /nope/);
  t.match(unknown.body.auth, /^mrs_/, 'the session that was begun goes on');
  t.equal((await order(host, [{ productId: 11001, qty: 0 }])).status, 400);
  for (const payload of [{ products: [] }, {}, { products: [{ productId: 11001 }] }]) {
    const { status, body } = await call(host, '/orders/createOrder', payload);
    t.equal(status, 400, JSON.stringify(payload));
    t.match(body, { data: null, error: /products/ });
  }
  const broken = await host.app.inject({
    method: 'POST',
    url: '/products/getProductsByFilter',
    headers: HEADERS,
    payload: '{"productDisplayName":',
  });
  t.equal(broken.statusCode, 400);
  t.match(broken.json(), { data: null, error: /JSON/ });
  t.equal(await host.context('orders').db.collection('orders').countDocuments(), 0);
});

test('who asks too much is told so, by the limit of whoever asks', async (t) => {
  const host = await openShop(t, { RATE_LIMIT_PER_MINUTE: '4' });
  const answers = [];
  for (let i = 0; i < 6; i += 1) answers.push(await find(host, 'running'));
  const refused = answers.at(-1)!;
  t.equal(answers[0]!.status, 200);
  t.equal(refused.status, 429);
  t.equal(refused.body.data, null);
  t.match(refused.body.error, /At most 4 requests/);
});

test('a product that is sold no more is shown as the order remembers it', async (t) => {
  const host = await openShop(t);
  const { body } = await order(host, [{ productId: 'mug', qty: 1 }]);
  await untilStatus(host, body, 3);
  const products = host.context('products').db.collection<{ _id: string }>('products');
  await products.updateOne({ _id: 'mug' }, { $set: { retired: true } });
  t.match((await history(host, body.auth!)).body.data, [
    { products: [{ productData: { id: 'mug', price: 299, productDisplayName: 'Product mug' } }] },
  ]);
});

/** Waits, by our own API, until an order that was just placed has come to that status. */
async function untilStatus(
  { app }: TestHost,
  { data, auth }: Reply['body'],
  status: number,
): Promise<void> {
  const url = `/api/order-history/${String(data)}`;
  const headers = { authorization: `Bearer ${auth}` };
  await eventually(`the order has status ${status}`, async () => {
    const { orderStatusCode } = (await app.inject({ url, headers })).json<{
      orderStatusCode?: number;
    }>();
    return orderStatusCode === status;
  });
}
