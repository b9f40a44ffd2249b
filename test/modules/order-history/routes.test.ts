/** The history over HTTP: one's own orders, newest first, whatever order their events came in. */
import { test } from 'tap';
import { get } from '../../shop.ts';
import { ADMIN_TOKEN, eventually, startTestHost, type TestHost } from '../../support.ts';
import type { Order } from '../../../modules/order-history/schemas.ts';
import { historyOf, settled } from './content.ts';
import { eventsOf, eventsOfAll, manyLifecycles, type Lifecycle } from './lifecycles.ts';
import { historyShop, tell } from './fakes.ts';

const FROM = Date.UTC(2026, 0, 1);
const life = (
  orderId: string,
  ends: Lifecycle['ends'],
  userId = 'alice',
  at = FROM,
): Lifecycle => ({
  orderId,
  userId,
  at,
  ends,
});

interface Page {
  items: Order[];
  nextCursor: string | null;
}

async function page(host: TestHost, query: string, userId = 'alice'): Promise<Page> {
  const response = await get(host, `/api/order-history${query}`, userId);
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json();
}

/** All ids, page by page; `between` runs after each page. */
async function walk(
  host: TestHost,
  limit: number,
  between: (pages: number) => Promise<void> = async () => undefined,
): Promise<string[]> {
  const ids: string[] = [];
  let cursor = '';
  for (let pages = 1; ; pages += 1) {
    const { items, nextCursor } = await page(host, `?limit=${limit}${cursor}`);
    ids.push(...items.map(({ orderId }) => orderId));
    if (nextCursor === null) return ids;
    cursor = `&cursor=${nextCursor}`;
    await between(pages);
  }
}

test('an order shows where it stands, what was paid and given back, and when', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  const ends = [
    ['placed', 1],
    ['paid', 3],
    ['declined', -3],
    ['rejected', -1],
    ['cancelled', -2],
    ['refunded', 4],
    ['partly refunded', 3],
  ] as const;
  // The last events first.
  const told = eventsOfAll(ends.map(([end]) => life(end.replace(' ', '-'), end)));
  await tell(host, { payments: told.payments.toReversed(), orders: told.orders.toReversed() });
  await settled(host);

  for (const [end, orderStatusCode] of ends) {
    const response = await get(host, `/api/order-history/${end.replace(' ', '-')}`);
    t.match(response.json(), { orderStatusCode, orderAmount: 100, currency: 'INR' }, end);
    t.match(response.json(), { placedAt: new Date(FROM).toISOString() });
  }
  t.same((await get(host, '/api/order-history/refunded')).json(), {
    orderId: 'refunded',
    orderNumber: 'ZV8W-X7WJ',
    orderStatusCode: 4,
    orderAmount: 100,
    currency: 'INR',
    items: [
      {
        productId: 'a',
        name: 'Product a',
        brand: 'Puma',
        category: 'Shoes',
        quantity: 1,
        unitPrice: 100,
      },
    ],
    placedAt: '2026-01-01T00:00:00.000Z',
    steps: [
      { step: 'placed', at: '2026-01-01T00:00:00.000Z' },
      { step: 'accepted', at: '2026-01-01T00:00:01.000Z' },
      { step: 'paid', at: '2026-01-01T00:00:03.000Z' },
      { step: 'refundRequested', at: '2026-01-01T00:00:04.000Z' },
      { step: 'refunded', at: '2026-01-01T00:00:06.000Z' },
    ],
    reason: 'too large',
    paymentId: 'payment-of-refunded',
    refundedAmount: 100,
    refunds: [{ refundId: 'all', amount: 100, reason: 'broken', at: '2026-01-01T00:00:05.000Z' }],
  });
  t.match((await get(host, '/api/order-history/rejected')).json(), { reason: 'Not enough' });
  t.match((await get(host, '/api/order-history/declined')).json(), { reason: 'no money' });
  t.match((await get(host, '/api/order-history/cancelled')).json(), {
    reason: 'changed my mind',
    refundedAmount: 100,
  });
  t.match((await get(host, '/api/order-history/partly-refunded')).json(), { refundedAmount: 1 });
});

test("another user's orders are not there", async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  await tell(host, eventsOf(life('of-alice', 'paid')));
  await settled(host);
  t.equal((await get(host, '/api/order-history/of-alice')).statusCode, 200);
  t.equal((await get(host, '/api/order-history/of-alice', 'bob')).statusCode, 404);
  t.same(await page(host, '', 'bob'), { items: [], nextCursor: null });
  t.equal((await host.app.inject('/api/order-history')).statusCode, 401);
  t.equal((await host.app.inject('/api/order-history/of-alice')).statusCode, 401);
});

test('an order is listed when it is known what was ordered, and not before', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  const { orders, payments } = eventsOf(life('late', 'paid'));
  await tell(host, { orders: orders.slice(1), payments });
  await settled(host);
  t.same((await page(host, '')).items, []);
  t.equal((await get(host, '/api/order-history/late')).statusCode, 404);
  await tell(host, { orders: orders.slice(0, 1) });
  await settled(host);
  t.match((await page(host, '')).items, [{ orderId: 'late', orderStatusCode: 3 }]);
});

test('pages are newest first and complete, also while orders come in', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  // Several at the same time, so that the id decides.
  const old = Array.from({ length: 25 }, (_, i) =>
    life(`old-${String(i).padStart(2, '0')}`, 'paid', 'alice', FROM + Math.floor(i / 4)),
  );
  await tell(host, eventsOfAll(old));
  await settled(host);
  const newestFirst = old.map(({ orderId }) => orderId).toReversed();
  t.same(await walk(host, 7), newestFirst);
  const seen = await walk(host, 4, async (pages) => {
    await tell(host, eventsOf(life(`new-${pages}`, 'placed', 'alice', FROM + 1000 + pages)));
    await settled(host);
  });
  t.same(seen, newestFirst, 'each once, and none of those that came later');
  t.equal((await walk(host, 100))[0]?.startsWith('new-'), true);
});

const text = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

test('a cursor that no page gave, and limits out of bounds, are refused', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  const bad = [
    'x',
    text([1, 'a', 2]),
    text(['1', 'a']),
    text([-1, 'a']),
    text([1, { $gt: '' }]),
    text([1, '']),
    `${text([1, 'a'])}=`,
    Buffer.from('[1, "a"]').toString('base64url'),
  ];
  for (const cursor of bad) {
    const response = await get(host, `/api/order-history?cursor=${encodeURIComponent(cursor)}`);
    t.equal(response.statusCode, 400, cursor);
    t.match(response.json(), { type: /invalid-cursor/ });
  }
  for (const query of [
    'limit=0',
    'limit=101',
    'limit=x',
    'userId=bob',
    `cursor=${'x'.repeat(600)}`,
  ])
    t.equal((await get(host, `/api/order-history?${query}`)).statusCode, 400, query);
  t.equal((await get(host, `/api/order-history?cursor=${text([1, 'a'])}`)).statusCode, 200);
});

test('the operator finds orders by user and by id', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  await tell(host, eventsOfAll(manyLifecycles(30, 'order', FROM)));
  await settled(host);
  const ask = async (query: string): Promise<Page> => {
    const response = await host.app.inject({
      url: `/api/admin/order-history${query}`,
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    return response.json();
  };
  t.match((await ask('?userId=user-3')).items, [{ orderId: 'order-000003', userId: 'user-3' }]);
  t.match((await ask('?orderId=order-000004')).items, [{ userId: 'user-4' }]);
  t.same((await ask('?orderId=order-000004&userId=user-3')).items, []);
  const { items, nextCursor } = await ask('?limit=2');
  t.match(items, [{ orderId: 'order-000029' }, { orderId: 'order-000028' }]);
  t.match((await ask(`?limit=1&cursor=${nextCursor}`)).items, [{ orderId: 'order-000027' }]);
  t.equal((await host.app.inject('/api/admin/order-history')).statusCode, 401);
});

test('an event whose time or amount is none becomes a dead letter, and the pages go on', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  await tell(host, eventsOf(life('a', 'partly refunded')));
  await settled(host);
  const before = await page(host, '');
  const { payments } = eventsOf(life('a', 'partly refunded'));
  const refunded = payments.find(({ type }) => type === 'payment.refunded')!;
  const bad = [
    ...['9000000000000000', '', '0x10', '1e12', '1764009468123000'].map((at) => ({ at })),
    ...['0x10', '1e3', ' 5 ', '', '1e300'].map((amount) => ({ amount })),
  ].map((fields, i) => ({ ...refunded, eventId: `bad-${i}`, refundId: `bad-${i}`, ...fields }));
  const { redis, keyPrefix } = host.env;
  for (const fields of bad)
    await redis.xadd(`${keyPrefix}PAYMENTS_STREAM`, '*', ...Object.entries(fields).flat());
  await settled(host);
  const letters = host.bus.deadLetters('PAYMENTS_STREAM', 'order-history');
  await eventually('all are dead letters', async () => (await letters.count()) === bad.length);
  t.same(await page(host, ''), before);
});

test('a time that was stored and is no date is shown as the nearest, on every page', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  await tell(host, eventsOf(life('a', 'partly refunded')));
  await settled(host);
  const history = await historyOf(host.env);
  await history.updateOne(
    { _id: 'a' },
    { $set: { 'placed.at': 9e15, 'refunds.0.at': 9e15, 'accepted.at': -1 } },
  );
  const authorization = `Bearer ${ADMIN_TOKEN}`;
  const operators = await host.app.inject({
    url: '/api/admin/order-history',
    headers: { authorization },
  });
  const pages = [(await page(host, '')).items, operators.json<Page>().items];
  const one = await get(host, '/api/order-history/a');
  const last = '9999-12-31T23:59:59.999Z';
  for (const [shown] of [...pages, [one.json<Order>()]]) {
    t.match(shown, { orderId: 'a', placedAt: last, refunds: [{ at: last }] });
    t.match(shown?.steps[0], { step: 'accepted', at: '1970-01-01T00:00:00.000Z' });
  }
});
