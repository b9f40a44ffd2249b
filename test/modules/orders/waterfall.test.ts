/** The waterfall of an order: what each module did with each of its events, when, and how often. */
import { test, type Test } from 'tap';
import type { Waterfall } from '../../../modules/orders/api.ts';
import { orderPlaced } from '../../../modules/orders/events.ts';
import { orders } from '../../../modules/orders/index.ts';
import { defineModule, each, on } from '../../../src/index.ts';
import { ended, place, seed, type OrderBody } from '../../shop.ts';
import { startSplitShop } from '../../split.ts';
import { ADMIN_TOKEN, eventually, startTestHost, type TestHost } from '../../support.ts';
import { startOrders } from './fakes.ts';

async function waterfallOf(host: TestHost, { orderId }: Pick<OrderBody, 'orderId'>) {
  const response = await host.app.inject({
    url: `/api/admin/orders/${orderId}/waterfall`,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json<Waterfall>().items;
}

test('an order that failed twice shows both attempts, with waiting and handling apart', async (t) => {
  let tries = 0;
  const slow = defineModule({
    name: 'slow-starter',
    listens: [orderPlaced],
    setup: () => ({
      handlers: [
        on(
          orderPlaced,
          each(async () => {
            tries += 1;
            await new Promise((resolve) => setTimeout(resolve, 30));
            if (tries < 3) throw new Error(`no luck the ${tries}. time`);
          }),
        ),
      ],
    }),
  });
  const environment = { BUS_RETRY_MIN_MS: '40', BUS_RETRY_MAX_MS: '40' };
  const host = await startOrders(t, { modules: [orders, slow], environment });
  const order = await place(host, { a: 1 });
  const [event, ...others] = await eventually('it is handled', async () => {
    const items = await waterfallOf(host, order);
    return items[0]?.groups[0]?.attempts.length === 3 && items;
  });
  t.same(others, []);
  t.match(event, {
    type: 'order.placed',
    stream: 'ORDERS_STREAM',
    entryId: /^\d+-\d+$/,
    traceparent: /^00-/,
    payload: { orderId: order.orderId, type: 'order.placed', totalAmount: '100' },
    groups: [
      {
        group: 'slow-starter',
        state: 'handled',
        attempts: [
          { attempt: 1, outcome: 'retried', error: 'no luck the 1. time' },
          { attempt: 2, outcome: 'retried', error: 'no luck the 2. time' },
          { attempt: 3, outcome: 'handled' },
        ],
      },
    ],
  });
  t.notOk('origin' in event!.payload!, 'nobody is shown where it came from');
  const { attempts } = event!.groups[0]!;
  for (const { durationMs, startedAt, waitedMs } of attempts) {
    t.ok(durationMs! >= 25, `handling took ${durationMs} ms`);
    t.ok(Date.parse(startedAt!) >= Date.parse(event!.publishedAt!) - 1000);
    t.ok(waitedMs! >= 0);
  }
  // Between two attempts lies the pause, which is at least half of what is set.
  for (const { waitedMs } of attempts.slice(1)) t.ok(waitedMs! >= 15, `waited ${waitedMs} ms`);
});

async function buys(t: Test, host: TestHost): Promise<void> {
  await seed(host, [{ productId: 'a' }]);
  const order = await ended(host, await place(host, { a: 1 }));
  t.equal(order.orderStatusCode, 3);
  const items = await eventually('every module has handled every event', async () => {
    const found = await waterfallOf(host, order);
    const groups = found.flatMap((one) => one.groups);
    const isDone = groups.every(
      ({ state, attempts }) => state === 'handled' && attempts.length > 0,
    );
    // One may be published again, and an order scored again.
    return new Set(found.map(({ type }) => type)).size === 6 && isDone && found;
  });
  const handled = items.flatMap(({ type, groups }) => groups.map((one) => `${type} ${one.group}`));
  t.same([...new Set(handled)].toSorted(), [
    'identity.scored orders',
    'order.accepted order-history',
    'order.accepted payments',
    'order.paid order-history',
    'order.paid products',
    'order.placed digital-identity',
    'order.placed order-history',
    'order.placed products',
    'payment.processed order-history',
    'payment.processed orders',
    'stock.reserved orders',
  ]);
  t.ok(items.every(({ payload, entryId }) => payload !== null && entryId !== null));
  const placed = items.find(({ type }) => type === 'order.placed');
  t.match(placed?.traceparent, /^00-[0-9a-f]{32}-/);
}

test('every event of an order is there with every module that handles it: in one process', async (t) => {
  await buys(t, await startTestHost(t));
});

test('every event of an order is there with every module that handles it: each module elsewhere', async (t) => {
  await buys(t, await startSplitShop(t));
});

test('what a module that does not run has not been given is waiting', async (t) => {
  const later = defineModule({
    name: 'late-comer',
    listens: [orderPlaced],
    setup: () => ({ handlers: [on(orderPlaced, async () => undefined)] }),
  });
  const first = await startOrders(t, { modules: [orders, later] });
  await first.stop();
  const { env } = first;
  const host = await startTestHost(t, { env, modules: [orders], known: [orders, later] });
  const order = await place(host, { a: 1 });
  const [event] = await eventually('it is published', async () => {
    const items = await waterfallOf(host, order);
    return items[0]?.entryId ? items : undefined;
  });
  t.same(event?.groups, [{ group: 'late-comer', state: 'waiting', attempts: [] }]);
});
