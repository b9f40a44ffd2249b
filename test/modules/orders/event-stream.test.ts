/** The event stream of an order: each status as it comes, in whichever process, and nothing twice. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'tap';
import { createOrders } from '../../../modules/orders/index.ts';
import { as } from '../../session.ts';
import { get, place, type OrderBody } from '../../shop.ts';
import { eventually, openTestEnvironment } from '../../support.ts';
import { answersTo, PRICE, reaches, startOrders } from './fakes.ts';
import { openEvents, urlOf, type SentStatus } from './events.ts';

const codes = (events: readonly SentStatus[]): number[] =>
  events.map(({ data }) => data.orderStatusCode);

test('what happened so far is sent first, then each status as it comes, up to the last', async (t) => {
  const host = await startOrders(t);
  const order = await place(host, { a: 1 });
  const { reserve, score, pay, refund } = answersTo(host, order);
  await Promise.all([reserve(), score()]);
  await reaches(host, order, 2);

  const stream = await openEvents(host, order);
  t.equal(stream.response.status, 200);
  t.match(Object.fromEntries(stream.response.headers), {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  });
  await eventually('what happened so far is there', () => stream.events.length === 2);
  await pay();
  await eventually('the payment is there', () => stream.events.length === 3);
  await refund(PRICE);
  t.equal(await stream.ended, 'ended', 'it ends with the order');

  t.match(stream.others, ['retry: 2000']);
  t.match(stream.events, [
    { id: '1', event: 'status', data: { orderStatusCode: 1 } },
    { id: '2', event: 'status', data: { orderStatusCode: 2 } },
    {
      id: '3',
      event: 'status',
      data: { orderStatusCode: 3, paymentId: `payment-of-${order.orderId}` },
    },
    { id: '4', event: 'status', data: { orderStatusCode: 4 } },
  ]);
  const times = stream.events.map(({ data }) => Date.parse(data.at));
  t.ok(times.every((time) => Math.abs(Date.now() - time) < 60_000));
  t.notMatch(JSON.stringify(stream.events), /userId|origin|browser/);
});

test('an order that is rejected says why, and ends the stream', async (t) => {
  const host = await startOrders(t);
  const order = await place(host, { a: 1 });
  const stream = await openEvents(host, order);
  await answersTo(host, order).score(0);
  t.equal(await stream.ended, 'ended');
  t.same(codes(stream.events), [1, -1]);
  t.match(stream.events[1]?.data.reason, /sign in again/);
});

test('a client that comes again gets what it has missed, and no more', async (t) => {
  const host = await startOrders(t);
  const order = await place(host, { a: 1 });
  const { reserve, score, pay } = answersTo(host, order);
  const first = await openEvents(host, order);
  await eventually('the first status is there', () => first.events.length === 1);
  first.close();
  await Promise.all([reserve(), score(), pay()]);
  await reaches(host, order, 3);

  const resumed = await openEvents(host, order, { 'last-event-id': '1' });
  await eventually('what was missed is there', () => resumed.events.length === 2);
  t.same(codes(resumed.events), [2, 3]);
  resumed.close();
  for (const wrong of ['x', '-1', '99', '1.5', '', '9'.repeat(300)]) {
    const stream = await openEvents(host, order, { 'last-event-id': wrong });
    t.equal(stream.response.status, 200);
    await eventually(`all is sent after "${wrong}"`, () => stream.events.length === 3);
    stream.close();
  }
});

test('a client that has all of an order that has ended is told not to come again', async (t) => {
  const host = await startOrders(t);
  const order = await place(host, { a: 1 });
  await answersTo(host, order).refuseStock();
  await reaches(host, order, -1);
  const missing = await openEvents(host, order, { 'last-event-id': '1' });
  t.equal(await missing.ended, 'ended');
  t.same(codes(missing.events), [-1]);
  const all = await openEvents(host, order, { 'last-event-id': '2' });
  t.equal(all.response.status, 204);
});

test("another's order has no stream", async (t) => {
  const host = await startOrders(t);
  const { orderId } = await place(host, { a: 1 });
  const url = `/api/orders/${orderId}/events`;
  const response = await get(host, url, 'mallory');
  t.equal(response.statusCode, 404);
  t.match(response.headers['content-type'], /application\/problem\+json/);
  t.equal((await host.app.inject({ url })).statusCode, 401);
  t.equal((await get(host, '/api/orders/nobodys/events')).statusCode, 404);
});

test('a status comes whichever process has changed the order', async (t) => {
  const shared = await openTestEnvironment(t);
  const here = await startOrders(t, { env: shared });
  const elsewhere = await startOrders(t, { env: shared });
  const placed = await Promise.all(Array.from({ length: 20 }, () => place(here, { a: 1 })));
  const streams = await Promise.all(placed.map((order) => openEvents(here, order)));
  await eventually('all have begun', () => streams.every(({ events }) => events.length === 1));
  await Promise.all(
    placed.map(async (order, i) => {
      if (i % 2 === 0) return answersTo(elsewhere, order).refuseStock();
      const url = `/api/orders/${order.orderId}/cancel`;
      return elsewhere.app.inject({ method: 'POST', url, headers: as(elsewhere, 'alice') });
    }),
  );
  t.same(new Set(await Promise.all(streams.map(({ ended }) => ended))), new Set(['ended']));
  for (const [i, { events }] of streams.entries())
    t.same(codes(events), [1, i % 2 === 0 ? -1 : -2]);
});

test('a stream without news shows that it lives, and ends after its time', async (t) => {
  const host = await startOrders(t, { modules: [createOrders({ heartbeatMs: 20, openMs: 200 })] });
  const stream = await openEvents(host, await place(host, { a: 1 }));
  t.equal(await stream.ended, 'ended');
  t.ok(stream.others.filter((one) => one === ':').length >= 2, stream.others.join(' '));
  t.same(codes(stream.events), [1]);
});

test('a process keeps a bounded number of streams, and one that ends makes room', async (t) => {
  const host = await startOrders(t, { environment: { EVENT_STREAMS: '2' } });
  const order = await place(host, { a: 1 });
  const [first, second] = [await openEvents(host, order), await openEvents(host, order)];
  const third = await openEvents(host, order);
  t.equal(third.response.status, 503);
  t.match(third.response.headers.get('retry-after'), /^\d+$/);
  first.close();
  await eventually('there is room', async () => {
    const again = await openEvents(host, order);
    return again.response.status === 200;
  });
  t.equal(await Promise.race([second.ended, Promise.resolve('open')]), 'open');
});

test('one user and one address have a part of the streams alone', async (t) => {
  const environment = { EVENT_STREAMS_PER_USER: '2', EVENT_STREAMS_PER_ADDRESS: '3' };
  const host = await startOrders(t, { environment });
  const placed: Record<string, OrderBody> = {};
  for (const userId of ['alice', 'bob', 'carol'])
    placed[userId] = await place(host, { a: 1 }, userId);
  const open = (userId: string, address: string) =>
    openEvents(host, placed[userId]!, as(host, userId, { address }));

  const [first] = [await open('alice', 'home'), await open('alice', 'office')];
  const third = await open('alice', 'elsewhere');
  t.equal(third.response.status, 429);
  t.match(third.response.headers.get('retry-after'), /^\d+$/);
  t.equal((await open('bob', 'home')).response.status, 200);
  t.equal((await open('bob', 'home')).response.status, 200);
  t.equal((await open('carol', 'home')).response.status, 429, 'too many from one address');
  t.equal((await open('carol', 'away')).response.status, 200);
  first?.close();
  await eventually(
    'there is room',
    async () => (await open('carol', 'home')).response.status === 200,
  );
});

test('stopping ends the streams at once, and waits for no client', async (t) => {
  const host = await startOrders(t);
  const order = await place(host, { a: 1 });
  const streams = await Promise.all(Array.from({ length: 5 }, () => openEvents(host, order)));
  await eventually('all have begun', () => streams.every(({ events }) => events.length === 1));
  // One that has stopped reading, as a sleeping laptop has.
  const { hostname, port } = new URL(await urlOf(host));
  const asleep = connect(Number(port), hostname);
  t.teardown(() => asleep.destroy());
  const headers = Object.entries(as(host, 'alice')).map(([name, value]) => `${name}: ${value}`);
  asleep.write(
    [
      `GET /api/orders/${order.orderId}/events HTTP/1.1`,
      'host: localhost',
      ...headers,
      '',
      '',
    ].join('\r\n'),
  );
  await once(asleep, 'data');
  asleep.pause();

  const begun = Date.now();
  await host.stop();
  t.ok(Date.now() - begun < 4000, `stopping took ${Date.now() - begun} ms`);
  t.same(new Set(await Promise.all(streams.map(({ ended }) => ended))), new Set(['ended']));
});
