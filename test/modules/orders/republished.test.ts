/** What orders remember is told again as it was: for read models, and for those who have missed it. */
import { test } from 'tap';
import { orders } from '../../../modules/orders/index.ts';
import { as } from '../../session.ts';
import { entriesOf, place, type OrderBody } from '../../shop.ts';
import { eventually, type TestHost } from '../../support.ts';
import { answersTo, PRICE, reaches, startOrders, toldOf } from './fakes.ts';

type Step = Exclude<keyof ReturnType<typeof answersTo>, 'refund'>;

/** An order for each end that there is. */
async function everyEnd(host: TestHost) {
  const ends: Record<string, OrderBody> = {};
  for (const [name, steps, status] of [
    ['created', [], 1],
    ['accepted', ['reserve', 'score'], 2],
    ['rejected', ['refuseStock'], -1],
    ['declined', ['reserve', 'score', 'decline'], -3],
    ['paid', ['reserve', 'score', 'pay'], 3],
    ['asked back', ['reserve', 'score', 'pay'], 3],
    ['refunded', ['reserve', 'score', 'pay'], 3],
    ['cancelled', ['reserve'], 1],
  ] as [string, Step[], number][]) {
    const order = await place(host, { a: 1 });
    ends[name] = order;
    // Nobody answers what was not published yet.
    await toldOf(host, order, 1);
    for (const step of steps) await answersTo(host, order)[step]();
    await reaches(host, order, status);
  }
  for (const name of ['asked back', 'refunded', 'cancelled']) {
    const url = `/api/orders/${ends[name]!.orderId}/cancel`;
    await host.app.inject({ method: 'POST', url, headers: as(host, 'alice') });
  }
  await answersTo(host, ends['refunded']!).refund(PRICE);
  await toldOf(host, ends['refunded']!, 5);
  return ends;
}

/** Fields of an entry that tell what happened, when and by which name. */
function facts({ traceparent: _traceparent, ...fields }: Record<string, string>) {
  return fields;
}

test('every event is remembered as it was published, and those of one order in their order', async (t) => {
  const host = await startOrders(t);
  await everyEnd(host);
  const published = (await entriesOf(host, 'ORDERS_STREAM'))
    .filter(({ type }) => type !== 'catalogue.requested')
    .map(facts);
  t.equal(new Set(published.map(({ type }) => type)).size, 8, 'events of every type');

  const republished = await Array.fromAsync(orders.setup!(host.context('orders')).eventHistory!());
  const byOrder = (events: typeof published) =>
    Object.fromEntries(Map.groupBy(events, ({ orderId }) => orderId ?? ''));
  t.same(byOrder(republished), byOrder(published));
  t.same(
    [...new Set(republished.map(({ orderId }) => orderId))],
    [...new Set(published.map(({ orderId }) => orderId))],
    'the oldest order comes first',
  );
});

test('after a loss it is told again what every order waits for', async (t) => {
  const host = await startOrders(t);
  const ends = await everyEnd(host);
  const { redis, keyPrefix } = host.env;
  const before = await entriesOf(host, 'ORDERS_STREAM');
  await redis.xtrim(`${keyPrefix}ORDERS_STREAM`, 'MAXLEN', 0);
  // Nothing has changed since.
  await orders.setup!(host.context('orders')).recover!(Date.now() + 1);
  const told = await entriesOf(host, 'ORDERS_STREAM');
  const name = (orderId = '') =>
    Object.entries(ends).find(([, order]) => order.orderId === orderId)?.[0];
  const types = told.map(({ orderId, type, again }) => `${name(orderId)}: ${type} ${again}`);
  t.same(types.toSorted(), [
    'accepted: order.accepted true',
    'asked back: order.paid undefined',
    'asked back: order.refund_requested undefined',
    'created: order.placed true',
  ]);
  for (const { again: _again, ...event } of told) {
    const first = before.find(({ eventId }) => eventId === event['eventId']);
    t.same(event, facts(first ?? {}), 'by the same id and time');
  }
});

test('after a loss it is told again what has happened meanwhile, but no order is paid again', async (t) => {
  const host = await startOrders(t);
  await everyEnd(host);
  const { redis, keyPrefix } = host.env;
  const before = (await entriesOf(host, 'ORDERS_STREAM')).filter(
    ({ type }) => type !== 'catalogue.requested',
  );
  await redis.xtrim(`${keyPrefix}ORDERS_STREAM`, 'MAXLEN', 0);
  await orders.setup!(host.context('orders')).recover!(0);
  const told = await entriesOf(host, 'ORDERS_STREAM');
  const ids = new Set(told.map(({ eventId }) => eventId));
  const missing = before.filter(({ eventId }) => !ids.has(eventId));
  t.ok(missing.length > 0);
  t.same(new Set(missing.map(({ type }) => type)), new Set(['order.accepted']));
  const asked = told.filter(({ orderAmount }) => orderAmount !== undefined);
  t.same(new Set(asked.map(({ again }) => again)), new Set(['true']), 'of open orders alone');
});

test('whoever asks how orders ended is told so again', async (t) => {
  const host = await startOrders(t);
  const ends = await everyEnd(host);
  const { redis, keyPrefix } = host.env;
  await redis.xtrim(`${keyPrefix}ORDERS_STREAM`, 'MAXLEN', 0);
  for (const { orderId } of Object.values(ends)) {
    const entry = ['type', 'stock.reserved', 'orderId', orderId, 'again', 'true'];
    await redis.xadd(`${keyPrefix}PRODUCTS_STREAM`, '*', ...entry);
  }
  const told = await eventually('all are told of', async () => {
    const found = await entriesOf(host, 'ORDERS_STREAM');
    return new Set(found.map(({ orderId }) => orderId)).size === Object.keys(ends).length && found;
  });
  const typesOf = (end: string) =>
    told.filter(({ orderId }) => orderId === ends[end]?.orderId).map(({ type }) => type);
  t.same(typesOf('paid'), ['order.paid']);
  t.same(typesOf('rejected'), ['order.rejected']);
  t.same(typesOf('declined'), ['order.payment_failed']);
  t.same(typesOf('cancelled'), ['order.cancelled']);
  t.same(typesOf('refunded'), ['order.paid', 'order.refund_requested', 'order.refunded']);
});
