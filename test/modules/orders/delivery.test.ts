/** Orders that are delivered: the shop's price for it, the buyer's address, and who learns of either. */
import { test } from 'tap';
import { digitalIdentity } from '../../../modules/digital-identity/index.ts';
import {
  orderPlaced,
  orderPlacedForDelivery,
  toOrderNumber,
} from '../../../modules/orders/events.ts';
import { createOrderErasure } from '../../../modules/orders/handlers.ts';
import { newOrder } from '../../../modules/orders/order.ts';
import { orders } from '../../../modules/orders/index.ts';
import { openOrderStore } from '../../../modules/orders/store.ts';
import { payments } from '../../../modules/payments/index.ts';
import { products } from '../../../modules/products/index.ts';
import { createDecoder } from '../../../src/bus/contract/wire.ts';
import { defineModule, on } from '../../../src/index.ts';
import { createPseudonyms } from '../../../src/module/pseudonyms.ts';
import { startProcess } from '../../process.ts';
import { as, introduce } from '../../session.ts';
import { ended, entriesOf, get, post, seed } from '../../shop.ts';
import { ADMIN_TOKEN, eventually, openTestEnvironment, startTestHost } from '../../support.ts';
import { CONTACT, delivered, DELIVERY, PRIVATE, type DeliveredBody } from './buyer.ts';
import { answersTo, PRICE, reaches, startOrders } from './fakes.ts';

/** Standard is free from two pieces on; one method goes to two countries alone. */
const METHODS = [
  { id: 'standard', name: 'Standard', price: 40, freeFrom: 2 * PRICE, minDays: 3, maxDays: 5 },
  { id: 'bike', name: 'Bike', price: 90, minDays: 0, maxDays: 1, countries: ['DE', 'AT'] },
];
const environment = { DELIVERY_METHODS: JSON.stringify(METHODS) };
/** A delivery to an address that differs. */
const at = (change: object) => ({
  ...DELIVERY,
  address: { ...DELIVERY.address, ...change },
});
const never = (): never => {
  throw new Error('nothing is to be published');
};
const to = (method: string, country: string) => ({
  method,
  address: { ...DELIVERY.address, country },
});

test('what can be delivered and for how much is the configuration, which anybody may ask for', async (t) => {
  const host = await startOrders(t, { environment: { ...environment, CURRENCY_DECIMALS: '0' } });
  const response = await host.app.inject('/api/delivery-methods');
  t.equal(response.statusCode, 200);
  t.same(response.json(), { items: METHODS, currency: 'INR', decimals: 0 });
});

test('the shop prices the delivery, and its name and price stay as they were', async (t) => {
  const env = await openTestEnvironment(t);
  const host = await startOrders(t, { env, environment });
  const answer = await post(host, delivered({ a: 1 }));
  t.equal(answer.statusCode, 202, answer.body);
  const order = answer.json<DeliveredBody>();
  const expected = {
    orderNumber: toOrderNumber(order.orderId),
    orderAmount: PRICE + 40,
    itemsAmount: PRICE,
    contact: CONTACT,
    delivery: { method: 'standard', name: 'Standard', price: 40, address: DELIVERY.address },
    cancellable: true,
  };
  t.match(order, expected);
  t.match((await get(host, `/api/orders/${order.orderId}`)).json(), expected);

  for (const payload of [
    { ...delivered({ a: 1 }), delivery: { ...DELIVERY, price: 0 } },
    { ...delivered({ a: 1 }), deliveryPrice: 0 },
  ]) {
    const refused = await post(host, payload);
    t.equal(refused.statusCode, 400, 'a price of the client is refused');
    t.match(refused.json(), { type: 'urn:millrace:problem:invalid-request' });
  }

  await host.stop();
  const dearer = METHODS.map((one) => ({ ...one, name: 'Another', price: 1000 }));
  const changed = { DELIVERY_METHODS: JSON.stringify(dearer) };
  const later = await startOrders(t, { env, environment: changed });
  t.match((await get(later, `/api/orders/${order.orderId}`)).json(), expected);
});

test('delivery is free from the amount of the items on that the method says', async (t) => {
  const host = await startOrders(t, { environment });
  const amounts = await Promise.all(
    [1, 2, 3].map(async (pieces) => {
      const { orderAmount, itemsAmount, delivery } = (
        await post(host, delivered({ a: pieces }))
      ).json<DeliveredBody>();
      return [itemsAmount, delivery?.price, orderAmount];
    }),
  );
  t.same(amounts, [
    [PRICE, 40, PRICE + 40],
    [2 * PRICE, 0, 2 * PRICE],
    [3 * PRICE, 0, 3 * PRICE],
  ]);
});

test('a delivery that the shop does not offer is refused with what it offers, and stores nothing', async (t) => {
  const host = await startOrders(t, { environment });
  const unknown = await post(host, delivered({ a: 1 }, to('rocket', 'DE')));
  t.equal(unknown.statusCode, 422);
  t.match(unknown.json(), {
    type: 'urn:millrace:problem:unknown-delivery-method',
    detail: /rocket.*Standard, Bike/,
    methods: ['standard', 'bike'],
  });
  const away = await post(host, delivered({ a: 1 }, to('bike', 'FR')));
  t.equal(away.statusCode, 422);
  t.match(away.json(), {
    type: 'urn:millrace:problem:country-not-served',
    detail: 'Bike does not go to France. Choose one of: Standard.',
    methods: ['standard'],
  });
  t.equal((await post(host, delivered({ a: 1 }, to('bike', 'AT')))).statusCode, 202);

  const { contact, ...withoutContact } = delivered({ a: 1 });
  const { delivery: _delivery, ...withoutDelivery } = { ...withoutContact, contact };
  for (const [what, payload] of [
    ['contact without delivery', withoutDelivery],
    ['delivery without contact', withoutContact],
    ['no such country', delivered({ a: 1 }, to('standard', 'ZZ'))],
    ['a country in small letters', delivered({ a: 1 }, to('standard', 'de'))],
    ['a name of control characters', delivered({ a: 1 }, at({ name: 'A\u0007nn' }))],
    ['a name that overrides the direction', delivered({ a: 1 }, at({ name: 'A\u202Enn' }))],
    ['an invisible name', delivered({ a: 1 }, at({ name: '\u200B' }))],
    ['a long line', delivered({ a: 1 }, at({ line1: 'x'.repeat(201) }))],
    ['a field of no address', delivered({ a: 1 }, at({ planet: 'Mars' }))],
    ['no email', { ...delivered({ a: 1 }), contact: { email: 'ann' } }],
    ['a phone in words', { ...delivered({ a: 1 }), contact: { ...CONTACT, phone: 'call me' } }],
  ] as const)
    t.equal((await post(host, payload)).statusCode, 400, what);
  t.equal(await host.context('orders').db.collection('orders').countDocuments(), 1);
});

test('an order without contact and delivery is as it was before there were any', async (t) => {
  const host = await startOrders(t, { environment });
  const response = await post(host, { items: [{ productId: 'a', quantity: 1 }] });
  const order = response.json<DeliveredBody>();
  t.match(order, { orderAmount: PRICE, itemsAmount: PRICE });
  t.notOk('contact' in order || 'delivery' in order);
  const [placed] = await eventually('the order is published', async () => {
    const entries = await entriesOf(host, 'ORDERS_STREAM');
    const found = entries.filter(({ type }) => type === 'order.placed');
    return found.length > 0 && found;
  });
  t.match(placed, { v: '1', totalAmount: String(PRICE), orderId: order.orderId });
  t.notOk('delivery' in placed!);
});

test('a key gives the same order with its delivery again, and is refused for another address', async (t) => {
  const host = await startOrders(t, { environment });
  const key = { 'idempotency-key': 'purchase-1' };
  const first = await post(host, delivered({ a: 1 }), key);
  const { address, method } = DELIVERY;
  const otherwiseWritten = {
    address: Object.fromEntries(Object.entries(address).toReversed()),
    method,
  };
  const again = await post(host, delivered({ a: 1 }, otherwiseWritten), key);
  t.equal(again.statusCode, 202);
  t.equal(again.json<DeliveredBody>().orderId, first.json<DeliveredBody>().orderId);

  const { items } = delivered({ a: 1 });
  for (const [what, payload] of [
    ['another address', delivered({ a: 1 }, to('standard', 'AT'))],
    ['another method', delivered({ a: 1 }, to('bike', 'DE'))],
    ['another email', { ...delivered({ a: 1 }), contact: { email: 'bob@example.com' } }],
    ['none', { items }],
  ] as const) {
    const refused = await post(host, payload, key);
    t.equal(refused.statusCode, 422, what);
    t.match(refused.json(), { type: 'urn:millrace:problem:idempotency-key-reused' });
    t.notMatch(refused.json<{ detail: string }>().detail, /idempotency/i);
  }
  t.equal(await host.context('orders').db.collection('orders').countDocuments(), 1);
});

test('the digest of an order without delivery is what an earlier version has stored', async (t) => {
  const host = await startOrders(t, { environment });
  const items = [{ productId: 'a', quantity: 2 }];
  await post(host, { items }, { 'idempotency-key': 'k' });
  const stored = await host
    .context('orders')
    .db.collection<{ idempotency: { request: string } }>('orders')
    .findOne({});
  // The SHA-256 of [["a",2]].
  t.equal(stored?.idempotency.request, 'E_zJK_x14PvKSHGDDJ_feRk5TOLBB0hZBnEcSlQbD1g');
});

test("another user sees nothing of an order's address, on whatever call", async (t) => {
  const host = await startOrders(t, { environment });
  const { orderId } = (await post(host, delivered({ a: 1 }))).json<DeliveredBody>();
  await introduce(host.env, ['bob']);
  const headers = as(host, 'bob');
  for (const [method, url] of [
    ['GET', `/api/orders/${orderId}`],
    ['GET', `/api/orders/${orderId}/events`],
    ['GET', `/api/orders/${orderId}/timeline`],
    ['POST', `/api/orders/${orderId}/cancel`],
  ] as const) {
    const response = await host.app.inject({ method, url, headers });
    t.equal(response.statusCode, 404, `${method} ${url}`);
    for (const word of PRIVATE) t.notOk(response.body.includes(word), word);
  }
  const operator = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const url = `/api/admin/orders/${orderId}/timeline`;
  const timeline = await host.app.inject({ url, headers: operator });
  t.equal(timeline.statusCode, 200);
  for (const word of PRIVATE) t.notOk(timeline.body.includes(word), word);
});

test('a module sends parcels by events alone, and all others go on as with any order', async (t) => {
  const parcels: object[] = [];
  const fulfilment = defineModule({
    name: 'fulfilment',
    listens: [orderPlacedForDelivery],
    setup: () => ({
      handlers: [
        on(orderPlacedForDelivery, async (events) => {
          for (const { data } of events) parcels.push(data);
        }),
      ],
    }),
  });
  const modules = [products, orders, digitalIdentity, payments, fulfilment];
  const host = await startTestHost(t, { modules, environment });
  await seed(host, [{ productId: 'a', price: PRICE }]);
  const placed = (await post(host, delivered({ a: 1 }))).json<DeliveredBody>();
  t.match(await ended(host, placed), { orderStatusCode: 3, orderAmount: PRICE + 40 });
  const [parcel] = await eventually('the parcel is known', () => parcels.length > 0 && parcels);
  const { address } = DELIVERY;
  t.match(parcel, {
    orderId: placed.orderId,
    userId: 'alice',
    currency: 'INR',
    totalAmount: PRICE + 40,
    items: [{ productId: 'a', quantity: 1, unitPrice: PRICE }],
    delivery: { method: 'standard', methodName: 'Standard', price: 40, address, contact: CONTACT },
  });
  const entries = await entriesOf(host, 'ORDERS_STREAM');
  t.match(entries.find(({ type }) => type === 'order.placed')?.['v'], '2');
  const accepted = entries.filter((fields) => 'orderAmount' in fields);
  t.match(accepted, [{ orderId: placed.orderId, orderAmount: '140.00', userId: 'alice' }]);
  t.same(
    accepted.map(({ v }) => v),
    ['1'],
    "the tutorial's services read it as ever",
  );
  const payment = (await get(host, `/api/payments?orderId=${placed.orderId}`)).json<object>();
  t.match(payment, { items: [{ amount: PRICE + 40, status: 'processed' }] });
});

test('the revenue is what was paid, with the delivery, and the history knows no address', async (t) => {
  const host = await startTestHost(t, { environment });
  await seed(host, [{ productId: 'a', price: PRICE }]);
  const placed = (await post(host, delivered({ a: 1 }))).json<DeliveredBody>();
  await ended(host, placed);
  const history = await eventually('the history has it paid', async () => {
    const response = await get(host, '/api/order-history');
    const { items } = response.json<{ items: DeliveredBody[] }>();
    return items[0]?.orderStatusCode === 3 && response;
  });
  const { orderId, orderNumber } = placed;
  t.match(history.json(), { items: [{ orderId, orderNumber, orderAmount: PRICE + 40 }] });
  const documents = await host
    .context('order-history')
    .readModel.read((found) => found.find().toArray());
  for (const word of PRIVATE) t.notOk(JSON.stringify(documents).includes(word), word);
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const sums = await host.app.inject({ url: '/api/admin/order-history/statistics', headers });
  t.match(sums.json(), {
    total: { revenue: PRICE + 40, topProducts: [{ productId: 'a', amount: PRICE }] },
  });
});

test('an order that is sold out says which products, by their names, and how many are left', async (t) => {
  const modules = [products, orders, digitalIdentity];
  const host = await startTestHost(t, { modules, environment });
  await seed(host, [
    { productId: 'a', stockQty: 2 },
    { productId: 'b', stockQty: 0 },
    { productId: 'c' },
  ]);
  const placed = (await post(host, delivered({ a: 3, b: 1, c: 1 }))).json<DeliveredBody>();
  t.match(await ended(host, placed), {
    orderStatusCode: -1,
    reasonCode: 'out-of-stock',
    reason:
      'Product a: only 2 left; Product b: sold out. Nothing was paid. Change the cart and order again',
    unavailable: [
      { productId: 'a', name: 'Product a', available: 2 },
      { productId: 'b', name: 'Product b', available: 0 },
    ],
    cancellable: false,
  });
});

test('an order says whether it can be cancelled, and until when once it is paid', async (t) => {
  const host = await startOrders(t, { environment });
  const order = (await post(host, delivered({ a: 1 }))).json<DeliveredBody>();
  t.match(order, { cancellable: true });
  t.notOk('cancellableUntil' in order, 'before it is paid there is no deadline');
  const { reserve, score, pay } = answersTo(host, order);
  await Promise.all([reserve(), score(), pay()]);
  const paid = await reaches(host, order, 3);
  const { createdAt } = paid as DeliveredBody & { createdAt: string };
  const until = new Date(Date.parse(createdAt) + 3_600_000).toISOString();
  t.match(paid, { cancellable: true, cancellableUntil: until });
  const url = `/api/orders/${order.orderId}/cancel`;
  const headers = as(host, 'alice');
  const cancelled = await host.app.inject({ method: 'POST', url, headers });
  t.match(cancelled.json(), { cancellable: false, cancellation: 'refund requested' });

  const strict = { ...environment, ORDER_CANCEL_WITHIN_MS: '0' };
  const late = await startOrders(t, { environment: strict });
  const second = (await post(late, delivered({ a: 1 }))).json<DeliveredBody>();
  const answers = answersTo(late, second);
  await Promise.all([answers.reserve(), answers.score(), answers.pay()]);
  t.match(await reaches(late, second, 3), { cancellable: false });
});

test('an event that waits while its customer is erased tells nothing of contact and address', async (t) => {
  const env = await openTestEnvironment(t);
  const db = env.mongodb.db(`${env.databasePrefix}orders`);
  const { address } = DELIVERY;
  const order = newOrder(
    {
      _id: 'order',
      userId: 'ann',
      items: [{ productId: 'a', name: 'A', quantity: 1, unitPrice: PRICE }],
      contact: CONTACT,
      delivery: { method: 'standard', name: 'Standard', price: 40, address },
      totalAmount: PRICE + 40,
      currency: 'INR',
      decimals: 0,
      createdAt: new Date(),
    },
    {},
  );
  t.match(order.outbox, [{ type: 'order.placed', v: '2', delivery: /Mill Lane/ }]);
  const store = openOrderStore({ db, insert: never, publish: never, takePublished: never });
  await store.orders.insertOne(order);
  const erasure = createOrderErasure(store, createPseudonyms(db, Buffer.alloc(32)));
  const data = { userId: 'ann', pseudonym: 'nobody' };
  await erasure.eraseCustomers([{ data } as never]);

  const after = await store.orders.findOne({ _id: 'order' });
  for (const word of PRIVATE) t.notOk(JSON.stringify(after).includes(word), word);
  t.match(after, {
    userId: 'nobody',
    totalAmount: PRICE + 40,
    delivery: { method: 'standard', name: 'Standard', price: 40 },
  });
  const [event] = after!.outbox;
  t.match(event, { v: '1', userId: 'nobody', totalAmount: String(PRICE + 40) });
  t.match(createDecoder(orderPlaced)('ORDERS_STREAM', '1-0', event!).data, { userId: 'nobody' });
});

test('neither contact nor address is logged, whatever becomes of the order', async (t) => {
  const env = await openTestEnvironment(t);
  const seeding = await startTestHost(t, { env });
  await seed(seeding, [{ productId: 'a', price: PRICE }]);
  await seeding.stop();
  const { url, logs } = await startProcess(t, env, { LOG_LEVEL: 'trace', ...environment });
  const begun = await fetch(`${url}/api/sessions`, { method: 'POST' });
  const { token } = (await begun.json()) as { token: string };
  const call = async (path: string, body?: object): Promise<Response> =>
    fetch(`${url}/api${path}`, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json' }),
      },
    });
  const good = await eventually('an order is taken', async () => {
    const response = await call('/orders', delivered({ a: 1 }));
    return response.status === 202 && ((await response.json()) as DeliveredBody);
  });
  const refused = [
    delivered({ a: 1 }, to('rocket', 'DE')),
    delivered({ a: 1 }, { ...DELIVERY, address: { ...DELIVERY.address, planet: 'x' } }),
    { ...delivered({ a: 1 }), contact: { ...CONTACT, fax: '1' } },
    delivered({ none: 1 }),
  ];
  const statuses = [];
  for (const body of refused) statuses.push((await call('/orders', body)).status);
  t.same(statuses, [422, 400, 400, 422]);
  await eventually('the order has ended', async () => {
    const now = (await (await call(`/orders/${good.orderId}`)).json()) as DeliveredBody;
    return now.orderStatusCode === 3;
  });
  await eventually('its requests are logged', () =>
    logs.some((line) => JSON.stringify(line).includes(`/api/orders/${good.orderId}`)),
  );
  const logged = JSON.stringify(logs);
  for (const word of PRIVATE) t.notOk(logged.includes(word), word);
});
