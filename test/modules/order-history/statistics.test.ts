/** The operator's statistics, day by day. */
import { test } from 'tap';
import type { Statistics } from '../../../modules/order-history/statistics.ts';
import { ADMIN_TOKEN, startTestHost, type TestHost } from '../../support.ts';
import { settled } from './content.ts';
import { eventsOfAll, type Lifecycle } from './lifecycles.ts';
import { historyShop, tell } from './fakes.ts';

const DAY = Date.UTC(2026, 0, 10);
const HOUR = 3_600_000;

function ask({ app }: TestHost, query: string) {
  return app.inject({
    url: `/api/admin/order-history/statistics${query}`,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
}

const lives: Lifecycle[] = [
  // The last moment of a day, and the first of the next.
  {
    orderId: '1',
    userId: 'u',
    at: DAY - 1,
    ends: 'paid',
    productId: 'x',
    brand: 'Nike',
    quantity: 5,
  },
  { orderId: '2', userId: 'u', at: DAY, ends: 'paid', productId: 'a', quantity: 2 },
  {
    orderId: '3',
    userId: 'v',
    at: DAY + HOUR,
    ends: 'partly refunded',
    productId: 'b',
    brand: 'Nike',
  },
  { orderId: '4', userId: 'v', at: DAY + 2 * HOUR, ends: 'refunded', productId: 'c', quantity: 9 },
  { orderId: '5', userId: 'v', at: DAY + 3 * HOUR, ends: 'declined', productId: 'c', quantity: 9 },
  { orderId: '6', userId: 'v', at: DAY + 4 * HOUR, ends: 'rejected', productId: 'c', quantity: 9 },
  { orderId: '7', userId: 'v', at: DAY + 5 * HOUR, ends: 'cancelled', productId: 'c', quantity: 9 },
  { orderId: '8', userId: 'v', at: DAY + 6 * HOUR, ends: 'placed', productId: 'c', quantity: 9 },
  {
    orderId: '9',
    userId: 'w',
    at: DAY + 30 * HOUR,
    ends: 'paid',
    productId: 'a',
    category: 'Bags',
  },
];

test('orders, revenue and what sold best are summed by the day of the order', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  await tell(host, eventsOfAll(lives));
  await settled(host);
  const response = await ask(host, '?from=2026-01-09&to=2026-01-12&limit=2');
  t.equal(response.statusCode, 200);
  const statistics = response.json<Statistics>();
  t.match(statistics, { from: '2026-01-09', to: '2026-01-12', currency: 'INR' });
  const nothing = { orders: 0, paidOrders: 0, refunded: 0, revenue: 0 };
  t.match(statistics.days, [
    { day: '2026-01-09', orders: 1, paidOrders: 1, refunded: 0, revenue: 500 },
    // Paid: 200 and 100, and 900 twice that were all given back.
    { day: '2026-01-10', orders: 7, paidOrders: 4, refunded: 1801, revenue: 299 },
    { day: '2026-01-11', orders: 1, paidOrders: 1, refunded: 0, revenue: 100 },
    { day: '2026-01-12', ...nothing, topProducts: [], topBrands: [], topCategories: [] },
  ]);
  t.same(statistics.days[1]?.topProducts, [
    { productId: 'a', name: 'Product a', pieces: 2, amount: 200 },
    { productId: 'b', name: 'Product b', pieces: 1, amount: 100 },
  ]);
  t.same(statistics.days[1]?.topBrands, [
    { brand: 'Puma', pieces: 2, amount: 200 },
    { brand: 'Nike', pieces: 1, amount: 100 },
  ]);
  t.match(statistics.total, { orders: 9, paidOrders: 6, refunded: 1801, revenue: 899 });
  t.match(statistics.total.topProducts, [
    { productId: 'x', pieces: 5, amount: 500 },
    { productId: 'a', pieces: 3, amount: 300 },
  ]);
  t.match(statistics.total.topBrands, [
    { brand: 'Nike', pieces: 6 },
    { brand: 'Puma', pieces: 3 },
  ]);
  t.match(statistics.total.topCategories, [
    { category: 'Shoes', pieces: 8 },
    { category: 'Bags', pieces: 1 },
  ]);
});

test('without days it shows the last thirty, and keeps them for a moment', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  const first = await ask(host, '');
  t.equal(first.headers['x-cache'], 'MISS');
  const { days, from, to, total } = first.json<Statistics>();
  t.equal(days.length, 30);
  t.equal((Date.parse(to) - Date.parse(from)) / 86_400_000, 29);
  t.match(total, { orders: 0, revenue: 0, topProducts: [] });
  t.equal((await ask(host, '')).headers['x-cache'], 'HIT');
  t.equal((await ask(host, '?from=2026-02-01')).json<Statistics>().days.length, 30);
});

test('days that do not fit are refused', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  for (const query of [
    '?from=2026-02-30',
    '?from=yesterday',
    '?from=2026-01-02&to=2026-01-01',
    '?from=2020-01-01&to=2026-01-01',
    '?limit=0',
    '?limit=51',
    '?day=2026-01-01',
  ])
    t.equal((await ask(host, query)).statusCode, 400, query);
  t.equal((await host.app.inject('/api/admin/order-history/statistics')).statusCode, 401);
});

test('the days are found by an index', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  const plan = await host
    .context('order-history')
    .db.collection('history')
    .find({ 'placed.at': { $gte: DAY, $lt: DAY + HOUR } })
    .explain('queryPlanner');
  t.match(JSON.stringify(plan), /"indexName":"placed"/);
});
