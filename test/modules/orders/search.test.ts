/** The operator's search for orders: what it finds, by which indexes, and what it never shows. */
import { test } from 'tap';
import { customerErased } from '../../../modules/gateway/events.ts';
import { numberOf } from '../../../modules/orders/search.ts';
import { plansOf } from '../../plans.ts';
import { post } from '../../shop.ts';
import { ADMIN_TOKEN, eventually, type TestHost } from '../../support.ts';
import { CONTACT, delivered, type DeliveredBody } from './buyer.ts';
import { say, startOrders } from './fakes.ts';

interface Found {
  items: { orderId: string; orderNumber: string; email?: string }[];
}

const operator = { authorization: `Bearer ${ADMIN_TOKEN}` };

const search = (host: TestHost, text: string, more: Record<string, string> = {}) =>
  host.app.inject({
    url: `/api/admin/orders?${new URLSearchParams({ search: text, ...more })}`,
    headers: operator,
  });

async function found(host: TestHost, text: string): Promise<string[]> {
  const response = await search(host, text);
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json<Found>().items.map(({ orderId }) => orderId);
}

async function placed(host: TestHost, email = CONTACT.email, userId = 'alice') {
  const body = { ...delivered({ a: 1 }), contact: { ...CONTACT, email } };
  return (await post(host, body, {}, userId)).json<DeliveredBody>();
}

test('an order is found by the beginning of its id, its number or its email', async (t) => {
  const host = await startOrders(t);
  const first = await placed(host);
  const second = await placed(host, 'Bob@Example.com');
  t.same(await found(host, first.orderId), [first.orderId]);
  t.same(await found(host, first.orderId.slice(0, 4)), [second.orderId, first.orderId]);
  t.same(await found(host, first.orderNumber), [first.orderId]);
  t.same(await found(host, first.orderNumber.toLowerCase().replace('-', '')), [first.orderId]);
  t.ok((await found(host, first.orderNumber.slice(0, 6))).includes(first.orderId));
  t.same(await found(host, 'bob@'), [second.orderId]);
  t.same(await found(host, 'BOB@EXAMPLE.COM'), [second.orderId]);
  t.same(await found(host, 'ann.miller'), [first.orderId]);
  for (const text of ['nobody', 'ann.miller@example.org', '$', '.*', '\uffff'])
    t.same(await found(host, text), [], text);
});

test('few orders are found at a time, the newest first, by indexes alone', async (t) => {
  const host = await startOrders(t);
  const ids: string[] = [];
  for (let i = 0; i < 7; i++) ids.push((await placed(host)).orderId);
  const newest = ids.toReversed();
  const { db } = host.context('orders');
  const plans = await plansOf(db, 'orders', async () => {
    t.same(await found(host, CONTACT.email), newest.slice(0, 5));
    t.same(await found(host, ids[0]!.slice(0, 4)), newest.slice(0, 5));
  });
  t.ok(plans.length >= 4, `${plans.length} queries were seen`);
  for (const { summary, examined } of plans) {
    t.match(summary, /IXSCAN/);
    t.ok(examined <= 6, `${summary}: ${examined} documents for five`);
  }
  t.same((await search(host, CONTACT.email, { limit: '2' })).json<Found>().items.length, 2);
});

test('what is erased is not found by its email', async (t) => {
  const host = await startOrders(t);
  const order = await placed(host);
  t.same(await found(host, CONTACT.email), [order.orderId]);
  const erased = customerErased.create({ userId: order.userId, pseudonym: 'erased-1' });
  await say(host, customerErased, erased);
  await eventually('it is gone', async () => (await found(host, CONTACT.email)).length === 0);
  t.same(await found(host, order.orderId), [order.orderId]);
});

test('an order of an earlier version gets its number, and is found by it', async (t) => {
  const host = await startOrders(t);
  const order = await placed(host);
  await host
    .context('orders')
    .db.collection('orders')
    .updateMany({}, { $unset: { number: '' } });
  await eventually('it is found', async () => (await found(host, order.orderNumber)).length === 1);
});

test('a search that does not fit is refused, and so is whoever is not the operator', async (t) => {
  const host = await startOrders(t);
  for (const query of [
    '?search=',
    '?search=a&limit=0',
    '?search=a&limit=201',
    '?search=a&status=3',
  ])
    t.equal(
      (await host.app.inject({ url: `/api/admin/orders${query}`, headers: operator })).statusCode,
      400,
      query,
    );
  t.equal((await host.app.inject('/api/admin/orders?search=a')).statusCode, 401);
});

test('an order number is read whatever its case, with its dash or without', async (t) => {
  t.equal(numberOf('k7qm-3f2r'), 'K7QM-3F2R');
  t.equal(numberOf('K7QM3F2R'), 'K7QM-3F2R');
  t.equal(numberOf('k7qm'), 'K7QM');
  t.equal(numberOf('k7qm-'), 'K7QM');
  t.equal(numberOf('k7qm3'), 'K7QM-3');
  for (const text of ['', 'K7QM-3F2RX', 'ann@example.com', 'ill'])
    t.equal(numberOf(text), undefined, text);
});
