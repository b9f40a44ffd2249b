/** A customer who is erased: nothing of the person is left anywhere, and the shop's books stay. */
import { test, type Test } from 'tap';
import { orderPlaced } from '../../modules/orders/events.ts';
import { gateway } from '../../modules/gateway/index.ts';
import { HOLDERS } from '../../modules/gateway/customer-routes.ts';
import { sessionStarted } from '../../modules/gateway/events.ts';
import { modules } from '../../modules/index.ts';
import type { OutboxRecord } from '../../src/index.ts';
import { toEntry } from '../../src/bus/contract/wire.ts';
import { entriesOf, post, seed } from '../shop.ts';
import { startSplitShop } from '../split.ts';
import { emptyRedis, eventually, startTestHost, type TestHost } from '../support.ts';
import { CONTACT, delivered, DELIVERY, PRIVATE } from './orders/buyer.ts';
import { bearer, begin, current, register, type Begun } from './gateway/client.ts';
import { operate } from './products/operator.ts';

const CREDENTIALS = { email: 'ann@example.com', password: 'a mill by the stream' };
/** What Ann pays: a piece, and the standard delivery. */
const TOTAL = 500 + 499;
const ACCOUNT = { ...CREDENTIALS, name: 'Ann Miller' };
const PERSON = {
  phone: '0221 998877',
  address: {
    name: 'Ann at Home',
    line1: 'Am Mühlbach 7',
    city: 'Köln',
    postalCode: '50667',
    country: 'DE',
  },
};

interface Shown {
  orderId: string;
  userId: string;
  orderStatusCode: number;
  orderAmount: number;
}
type Export = Record<(typeof HOLDERS)[number], Record<string, unknown>[]>;

const json = async <T>(host: TestHost, path: string): Promise<T> =>
  (await operate(host, 'GET', path)).json<T>();
const exportOf = (host: TestHost, userId: string): Promise<Export> =>
  json<Export>(host, `customers/${userId}/export`);
const historyOf = async (host: TestHost, userId: string): Promise<Shown[]> =>
  (await json<{ items: Shown[] }>(host, `order-history?userId=${userId}`)).items;
const erase = (host: TestHost, userId: string) => operate(host, 'DELETE', `customers/${userId}`);

/** Waits until every module has erased a user. */
async function untilErased(host: TestHost, userId: string): Promise<void> {
  await eventually('every module has erased the customer', async () => {
    const { state } = await json<{ state: string }>(host, `customers/${userId}/erasure`);
    return state === 'done';
  });
}

/** Buys a piece, which is delivered; gives the order's id. */
async function buy(host: TestHost, session: Begun): Promise<string> {
  const payload = delivered({ a: 1 });
  const headers = { ...bearer(session), 'idempotency-key': 'secret of ann' };
  const response = await host.app.inject({ method: 'POST', url: '/api/orders', headers, payload });
  return response.json<{ orderId: string }>().orderId;
}

/** A shop in which Ann has an account and an order that is paid. */
async function withAnn(t: Test, start: (t: Test) => Promise<TestHost> = startTestHost) {
  const host = await start(t);
  await seed(host, [{ productId: 'a', price: 500 }]);
  const session = (await register(host, ACCOUNT)).json<Begun>();
  const { userId } = session;
  const headers = bearer(session);
  const { phone } = PERSON;
  await host.app.inject({ method: 'PATCH', url: '/api/account', headers, payload: { phone } });
  const payload = PERSON.address;
  await host.app.inject({ method: 'POST', url: '/api/account/addresses', headers, payload });
  const orderId = await buy(host, session);
  await eventually('the order is paid', async () =>
    (await historyOf(host, userId)).some((order) => order.orderStatusCode === 3),
  );
  return { host, session, userId, orderId };
}

/** The pseudonym that stands in an order. */
async function pseudonymIn(host: TestHost, orderId: string): Promise<string> {
  const { items } = await json<{ items: Shown[] }>(host, `order-history?orderId=${orderId}`);
  return items[0]!.userId;
}

/** All that the databases of a test environment hold. */
async function stored({ env }: TestHost): Promise<{ name: string; document: string }[]> {
  const { databases } = await env.mongodb.db().admin().listDatabases({ nameOnly: true });
  const found: { name: string; document: string }[] = [];
  for (const { name } of databases.filter((one) => one.name.startsWith(env.databasePrefix)))
    for (const collection of await env.mongodb.db(name).collections())
      for (const document of await collection.find().toArray())
        found.push({ name: collection.collectionName, document: JSON.stringify(document) });
  return found;
}

/** Publishes an event as its module does. */
async function tell({ env }: TestHost, stream: string, event: OutboxRecord): Promise<void> {
  await env.redis.xadd(env.keyPrefix + stream, '*', ...toEntry(event));
}

for (const [where, start] of [
  ['in one process', startTestHost],
  ['a process for each module', startSplitShop],
] as const) {
  test(`all is exported, then erased for good: ${where}`, async (t) => {
    const { host, session, userId, orderId } = await withAnn(t, start);
    const before = await exportOf(host, userId);
    t.match(before, {
      gateway: [
        {
          record: 'account',
          email: ACCOUNT.email,
          name: ACCOUNT.name,
          phone: PERSON.phone,
          addresses: [PERSON.address],
        },
        { record: 'session' },
      ],
      orders: [
        {
          orderId,
          userId,
          idempotencyKey: 'secret of ann',
          origin: {},
          contact: CONTACT,
          delivery: { method: 'standard', price: 499, address: DELIVERY.address },
        },
      ],
      payments: [{ orderId, userId, amount: TOTAL, status: 'processed' }],
      'order-history': [{ orderId, orderStatusCode: 3 }],
    });
    const kinds = new Set(before['digital-identity']?.map(({ record }) => record));
    t.same(kinds, new Set(['browser', 'address', 'session', 'score']));
    const sums = await json(host, 'order-history/statistics?limit=5');

    const erasing = await erase(host, userId);
    t.match(erasing.json(), { userId, modules: HOLDERS.map((module) => ({ module })) });
    t.equal(erasing.statusCode, 202);
    t.equal((await current(host, bearer(session))).statusCode, 401, 'the session is over at once');
    t.equal((await begin(host, CREDENTIALS)).statusCode, 401, 'and the account is gone');
    await untilErased(host, userId);

    const none = Object.fromEntries(HOLDERS.map((module) => [module, []]));
    t.match(await exportOf(host, userId), none);
    t.same(await historyOf(host, userId), []);
    const pseudonym = await pseudonymIn(host, orderId);
    t.match(pseudonym, /^erased-/);
    t.match(await exportOf(host, pseudonym), {
      orders: [
        {
          orderId,
          userId: pseudonym,
          orderAmount: TOTAL,
          delivery: { method: 'standard', name: 'Standard', price: 499 },
        },
      ],
      payments: [{ orderId, userId: pseudonym, amount: TOTAL }],
      'order-history': [{ orderId, orderAmount: TOTAL }],
      'digital-identity': [{ record: 'score', orderId, userId: pseudonym }],
    });
    const now = await json(host, 'order-history/statistics?limit=6');
    t.same(now, sums, 'the sums are as they were');
    const left = await stored(host);
    for (const word of [
      'ann@example',
      'Ann Miller',
      'secret of ann',
      '0221 998877',
      'Ann at Home',
      'Mühlbach',
      ...PRIVATE,
    ])
      t.same(
        left.filter(({ document }) => document.includes(word)),
        [],
        word,
      );
    t.same(
      new Set(left.filter(({ document }) => document.includes(userId)).map(({ name }) => name)),
      new Set(['erasures', 'audit']),
      'the user id stays for a month with the request, and in the audit log that somebody has asked',
    );

    const again = (await register(host, ACCOUNT)).json<Begun>();
    t.not(again.userId, userId, 'the email may be used anew');
    t.equal((await erase(host, userId)).statusCode, 202, 'the same again does no harm');
    t.equal(await pseudonymIn(host, orderId), pseudonym);
  });
}

test('what comes late, a rebuild and a loss of Redis do not bring the customer back', async (t) => {
  const { host, userId, orderId } = await withAnn(t);
  t.equal((await erase(host, userId)).statusCode, 202);
  await untilErased(host, userId);
  const pseudonym = await pseudonymIn(host, orderId);
  const isGone = async (what: string): Promise<void> => {
    await eventually(`nothing of the customer is held ${what}`, async () => {
      const held = await exportOf(host, userId);
      return HOLDERS.every((module) => held[module]?.length === 0);
    });
  };

  const data = { orderId: 'late', userId, currency: 'INR', totalAmount: 1 };
  const items = [{ productId: 'a', name: 'a', quantity: 1, unitPrice: 1 }];
  const origin = { sessionId: 's', browser: 'b', address: 'a' };
  await tell(host, 'ORDERS_STREAM', orderPlaced.create({ ...data, items, origin }));
  const login = sessionStarted.create({ ...origin, userId, kind: 'guest' });
  await tell(host, 'SESSIONS_STREAM', login);
  await eventually('the late order is shown', async () =>
    (await historyOf(host, pseudonym)).some((order) => order.orderId === 'late'),
  );
  await isGone('by late events');

  await operate(host, 'POST', 'order-history/rebuild');
  await eventually('the history is rebuilt', async () => {
    const { last } = await json<{ last?: { outcome: string } }>(host, 'order-history/rebuild');
    return last?.outcome === 'done';
  });
  const rebuilt = await historyOf(host, pseudonym);
  t.match(
    rebuilt.filter((order) => order.orderId === orderId),
    [{ orderAmount: TOTAL, orderStatusCode: 3 }],
  );
  await isGone('after a rebuild');

  const orders = host.context('orders').db.collection<{ _id: string }>('orders');
  // As if it had changed just now, so that it is published again after the loss.
  await orders.updateOne({ _id: orderId }, { $currentDate: { updatedAt: true } });
  await emptyRedis(host.env);
  const told = await eventually('the erasure is published again', async () => {
    const entries = await entriesOf(host, 'SESSIONS_STREAM');
    return entries.some(({ type }) => type === 'customer.erased') && entries;
  });
  t.notOk(told.some((entry) => entry['type'] === 'session.started' && entry['userId'] === userId));
  await isGone('after a loss of Redis');
  const again = await eventually('the order is published again', async () => {
    const entries = await entriesOf(host, 'ORDERS_STREAM');
    const found = entries.filter((entry) => entry['orderId'] === orderId);
    return found.some(({ type }) => type === 'order.placed') && found;
  });
  const [placed] = again.filter(({ type }) => type === 'order.placed');
  t.match(placed, { v: '1', userId: pseudonym, totalAmount: String(TOTAL) });
  for (const word of PRIVATE) t.notOk(JSON.stringify(again).includes(word), word);
});

test('an order that is open goes on to its end without the customer', async (t) => {
  const { host, session, userId, orderId } = await withAnn(t);
  const payload = { items: [{ productId: 'a', quantity: 2 }] };
  const headers = bearer(session);
  await host.app.inject({ method: 'POST', url: '/api/orders', headers, payload });
  await erase(host, userId);
  // As a request does that was let in before.
  t.equal((await post(host, payload, {}, userId)).statusCode, 202);
  await untilErased(host, userId);
  const pseudonym = await eventually('the first is under the pseudonym', async () => {
    const found = await pseudonymIn(host, orderId);
    return found !== userId && found;
  });
  await eventually('the orders are paid', async () => {
    const orders = await historyOf(host, pseudonym);
    return orders.length === 3 && orders.every((order) => order.orderStatusCode === 3);
  });
  const held = await exportOf(host, userId);
  t.same([held['orders'], held['payments']], [[], []]);
});

test('an erasure that an outage of Redis cuts off is brought to its end', async (t) => {
  const { host, session, userId } = await withAnn(t);
  const { redis } = host.context('gateway');
  redis.disconnect();
  t.equal((await erase(host, userId)).statusCode, 503);
  t.equal(
    (await current(host, bearer(session))).statusCode,
    401,
    'the session is over all the same',
  );
  await redis.connect();
  await untilErased(host, userId);
  t.equal((await current(host, bearer(session))).statusCode, 401);
  t.equal((await begin(host, CREDENTIALS)).statusCode, 401);
});

test('a large customer is exported in full, and not at all where a module is away', async (t) => {
  const { host, userId } = await withAnn(t);
  const payments = host.context('payments').db.collection<{ _id: string }>('payments');
  const [one] = await payments.find({ userId }).toArray();
  const many = Array.from({ length: 3000 }, (_, i) => ({ ...one, _id: `p${i}`, orderId: `o${i}` }));
  await payments.insertMany(many);
  t.equal((await exportOf(host, userId))['payments']?.length, 3001);

  const front = await startTestHost(t, { modules: [gateway], known: modules });
  t.match(await json(front, `customers/${userId}/export`), { status: 503, type: /module-away/ });
  const erasing = await erase(front, userId);
  t.match(erasing.json(), {
    state: 'under way',
    modules: [
      { module: 'gateway', state: 'done' },
      { module: 'orders', state: 'away' },
    ],
  });
});

test('the calls name every module that holds something, and want the token', async (t) => {
  const holding = modules
    .filter(({ provides = [] }) => provides.includes('personalData'))
    .map(({ name }) => name);
  t.same(new Set(HOLDERS), new Set(holding));
  const host = await startTestHost(t);
  for (const path of ['customers/a/export', 'customers/a/erasure', 'orders/customers/a/export'])
    t.equal((await host.app.inject(`/api/admin/${path}`)).statusCode, 401, path);
  const erasing = { method: 'DELETE', url: '/api/admin/customers/a' } as const;
  t.equal((await host.app.inject(erasing)).statusCode, 401);
  t.match(await json(host, 'customers/nobody/erasure'), { status: 404, type: /unknown-erasure/ });
});
