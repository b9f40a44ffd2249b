/** The timeline of an order: every event, and every step that failed on the way, for who may see it. */
import { test, type Test } from 'tap';
import { orderPlaced } from '../../../modules/orders/events.ts';
import { orders } from '../../../modules/orders/index.ts';
import { defineModule, each, on, UnrecoverableError } from '../../../src/index.ts';
import type { OrderDocument } from '../../../modules/orders/document.ts';
import { stockReserved } from '../../../modules/products/events.ts';
import { get, place, type OrderBody } from '../../shop.ts';
import { ADMIN_TOKEN, eventually, type TestHost } from '../../support.ts';
import { answersTo, hears, reaches, say, startOrders } from './fakes.ts';

interface Item {
  at: string;
  kind: string;
  type: string;
  eventId: string;
  stream: string;
  attempt?: number;
  group?: string;
  error?: string;
  entryId?: string;
}

async function timelineOf(host: TestHost, { orderId }: OrderBody): Promise<Item[]> {
  const response = await get(host, `/api/orders/${orderId}/timeline`);
  return response.json<{ items: Item[] }>().items;
}

async function operatorsTimelineOf(host: TestHost, { orderId }: OrderBody): Promise<Item[]> {
  const response = await host.app.inject({
    url: `/api/admin/orders/${orderId}/timeline`,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  return response.json<{ items: Item[] }>().items;
}

/** Two modules that listen to orders: one needs three tries, one cannot be helped. */
async function startWithTrouble(t: Test) {
  let tries = 0;
  const slow = defineModule({
    name: 'slow-starter',
    listens: [orderPlaced],
    setup: () => ({
      handlers: [
        on(
          orderPlaced,
          each(async ({ data }) => {
            tries += 1;
            if (tries < 3) throw new Error(`no luck with ${data.userId}`);
          }),
        ),
      ],
    }),
  });
  const broken = defineModule({
    name: 'broken',
    listens: [orderPlaced],
    setup: () => ({
      handlers: [
        on(orderPlaced, async () => {
          throw new UnrecoverableError('the secret of the database');
        }),
      ],
    }),
  });
  const environment = { BUS_RETRY_MIN_MS: '5' };
  return startOrders(t, { modules: [orders, slow, broken], environment });
}

test('the timeline holds every event of the order, in order, with its time', async (t) => {
  const host = await startOrders(t);
  const order = await place(host, { a: 1 });
  const { reserve, score, pay } = answersTo(host, order);
  for (const [i, answer] of [reserve, () => score(), pay].entries()) {
    await answer();
    await hears(host, order, i + 1);
  }
  const items = await timelineOf(host, order);
  t.same(
    items.map(({ type, stream }) => `${stream} ${type}`),
    [
      'ORDERS_STREAM order.placed',
      'PRODUCTS_STREAM stock.reserved',
      'IDENTITY_STREAM identity.scored',
      'ORDERS_STREAM order.accepted',
      'PAYMENTS_STREAM payment.processed',
      'ORDERS_STREAM order.paid',
    ],
  );
  t.ok(items.every(({ kind, eventId }) => kind === 'event' && eventId !== ''));
  const times = items.map(({ at }) => Date.parse(at));
  t.same(
    times,
    times.toSorted((a, b) => a - b),
  );
  t.ok(times.every((time) => Math.abs(Date.now() - time) < 60_000));
});

test('the operator sees the attempts that failed and the dead letter, with who, where and why', async (t) => {
  const host = await startWithTrouble(t);
  const order = await place(host, { a: 1 });
  const items = await eventually('all that failed is noted', async () => {
    const found = await operatorsTimelineOf(host, order);
    return found.length === 4 && found;
  });
  t.match(items[0], { kind: 'event', type: 'order.placed' });
  const failed = items.slice(1).toSorted((a, b) => a.kind.localeCompare(b.kind));
  const about = { type: 'order.placed', stream: 'ORDERS_STREAM', eventId: items[0]?.eventId };
  const entryId = /^\d+-\d+$/;
  t.match(failed, [
    { ...about, entryId, kind: 'dead-letter', group: 'broken', attempt: 1, error: /secret/ },
    { ...about, entryId, kind: 'retry', group: 'slow-starter', attempt: 1, error: /no luck/ },
    { ...about, entryId, kind: 'retry', group: 'slow-starter', attempt: 2, error: /no luck/ },
  ]);
});

test('its owner sees that a step is tried again, and no word of the error', async (t) => {
  const host = await startWithTrouble(t);
  const order = await place(host, { a: 1 });
  await eventually('all that failed is noted', async () => {
    return (await timelineOf(host, order)).length === 4;
  });
  const { body } = await get(host, `/api/orders/${order.orderId}/timeline`);
  t.match(body, /"kind":"retry".*"type":"order.placed"/);
  t.notMatch(body, /secret|no luck|broken|slow-starter|error|entryId/);
});

test('nobody but its owner and the operator sees a timeline', async (t) => {
  const host = await startOrders(t);
  const { orderId } = await place(host, { a: 1 });
  const url = `/api/orders/${orderId}/timeline`;
  t.equal((await get(host, url)).statusCode, 200);
  t.equal((await get(host, url, 'mallory')).statusCode, 404);
  t.equal((await host.app.inject({ url })).statusCode, 401);
  const operators = `/api/admin/orders/${orderId}/timeline`;
  t.equal((await get(host, operators)).statusCode, 401);
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  t.equal((await host.app.inject({ url: operators, headers })).statusCode, 200);
  const unknown = '/api/admin/orders/nobodys/timeline';
  t.equal((await host.app.inject({ url: unknown, headers })).statusCode, 404);
});

test('an event stands in the timeline once however often it comes, and a flood has an end', async (t) => {
  const host = await startOrders(t);
  const order = await place(host, { a: 1 });
  const { orderId } = order;
  const event = stockReserved.create({ orderId });
  for (let i = 0; i < 3; i += 1) await say(host, stockReserved, event);
  const flood = Array.from({ length: 150 }, () => stockReserved.create({ orderId }));
  for (const one of flood) await say(host, stockReserved, one);
  const { score, pay } = answersTo(host, order);
  await score();
  await pay();
  await reaches(host, order, 3);
  const stored = await host
    .context('orders')
    .db.collection<OrderDocument>('orders')
    .findOne({ _id: orderId });
  const timeline = stored?.timeline ?? [];
  t.equal(timeline.filter(({ eventId }) => eventId === event.eventId).length, 1);
  t.ok(timeline.length <= 105, `${timeline.length} events are kept`);
  const types = timeline.map(({ type }) => type);
  for (const type of ['identity.scored', 'payment.processed', 'order.accepted', 'order.paid'])
    t.ok(types.includes(type), `${type} is among them`);
});

test('a time that was stored and is no date breaks no timeline', async (t) => {
  const host = await startOrders(t);
  const order = await place(host, { a: 1 });
  await answersTo(host, order).reserve();
  await hears(host, order, 1);
  const stored = host.context('orders').db.collection<OrderDocument>('orders');
  await stored.updateOne({ _id: order.orderId }, { $set: { 'timeline.1.at': 9e15 } });
  for (const items of [await timelineOf(host, order), await operatorsTimelineOf(host, order)])
    t.match(items[1], { type: 'stock.reserved', at: '9999-12-31T23:59:59.999Z' });
});
