/** The REST acceptance suite: every call of the API, with good and with bad answers, in one order. */
import { modules } from '../../modules/index.ts';
import { ADMIN_TOKEN, eventually } from '../support.ts';
import { runTheCatalogue } from './catalogue-calls.ts';
import { tendOperators } from './operator-calls.ts';
import type { Client } from './record.ts';

interface Session {
  token: string;
  userId: string;
}

interface Order {
  orderId: string;
  orderStatusCode: number;
  paymentId: string;
  refundedAmount?: number;
}

interface History extends Order {
  steps: { step: string }[];
  refunds: object[];
}

interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

const as = ({ token }: { token: string }, more: Record<string, string> = {}) => ({
  headers: { authorization: `Bearer ${token}`, ...more },
});
const operator = as({ token: ADMIN_TOKEN });
const EMAIL = 'ann@example.com';
const PASSWORD = 'a mill by the stream';

const ADDRESS = {
  name: 'Ann',
  line1: '1 Mill Lane',
  city: 'Ulm',
  postalCode: '89073',
  country: 'DE',
};

/** What the timeline of an order holds that was paid and given back. */
const WHOLE_LIFE = [
  'order.placed',
  'stock.reserved',
  'identity.scored',
  'order.accepted',
  'payment.processed',
  'order.paid',
  'order.refund_requested',
  'payment.refunded',
  'order.refunded',
];

const lines = (...items: [productId: string, quantity: number][]) => ({
  items: items.map(([productId, quantity]) => ({ productId, quantity })),
});

/** Makes all calls. `addEntry` puts an entry into a stream, as a stranger would. */
export async function makeCalls(
  client: Client,
  addEntry: (stream: string, fields: Record<string, string>) => Promise<void>,
): Promise<void> {
  const ann = await signIn(client);
  const guest = (await client.ask<Session>(201, 'POST /api/sessions')).body;
  await keepAccount(client, ann, guest);
  await browse(client);
  await refuse(client, guest);
  const kept = await buy(client, ann, guest);
  await changeMinds(client, ann, kept);
  await lookBack(client, ann, guest, kept);
  await runTheShop(client, ann, kept);
  await seeToStreams(client, addEntry);
  await tendOperators(client);
  await forget(client, ann);
}

async function signIn({ ask }: Client): Promise<Session> {
  const account = { email: EMAIL, password: PASSWORD };
  const registered = await ask<Session>(201, 'POST /api/accounts', {
    body: { ...account, name: 'Ann' },
  });
  await ask(409, 'POST /api/accounts', { body: account });
  await ask(422, 'POST /api/accounts', {
    body: { email: 'bob@example.com', password: 'password' },
  });
  await ask(400, 'POST /api/accounts', { body: { email: 'nobody', password: PASSWORD } });
  await ask(401, 'POST /api/sessions', { body: { ...account, password: 'another' } });
  await ask(400, 'POST /api/sessions', { body: { email: EMAIL } });
  const { body: ann } = await ask<Session>(201, 'POST /api/sessions', { body: account });
  await ask(403, 'POST /api/sessions', { ...as(ann), body: { continue: true } });
  await ask(401, 'POST /api/sessions', { body: { continue: true } });
  const { body: guest } = await ask<Session>(201, 'POST /api/sessions');
  const { body: again } = await ask<Session>(201, 'POST /api/sessions', {
    ...as(guest),
    body: { continue: true },
  });
  await ask(200, 'GET /api/sessions/current', as(again));
  await ask(204, 'DELETE /api/sessions/current', as(again));
  await ask(401, 'GET /api/sessions/current', as(again));
  await ask(401, 'DELETE /api/sessions/current');
  await ask(204, 'DELETE /api/sessions/current', as(registered.body));
  await ask(200, 'GET /api/sessions/current', as(ann));
  return ann;
}

/** Ann says more of herself, and changes her password and back; a guest has nothing to say it of. */
async function keepAccount({ ask }: Client, ann: Session, guest: Session): Promise<void> {
  await ask(200, 'GET /api/account', as(ann));
  await ask(403, 'GET /api/account', as(guest));
  await ask(401, 'GET /api/account');
  await ask(200, 'PATCH /api/account', { ...as(ann), body: { name: 'Ann Miller', phone: '123' } });
  await ask(400, 'PATCH /api/account', { ...as(ann), body: {} });
  const add = { ...as(ann), body: ADDRESS };
  const { body: address } = await ask<{ addressId: string }>(
    201,
    'POST /api/account/addresses',
    add,
  );
  const path = `/api/account/addresses/${address.addressId}`;
  await ask(200, `PUT ${path}`, { ...as(ann), body: { ...ADDRESS, city: 'Neu-Ulm' } });
  await ask(400, `PUT ${path}`, { ...as(ann), body: { ...ADDRESS, country: 'ZZ' } });
  await ask(403, `PUT ${path}`, { ...as(guest), body: ADDRESS });
  await ask(204, `DELETE ${path}`, as(ann));
  await ask(404, `DELETE ${path}`, as(ann));
  const change = (currentPassword: string, newPassword: string) => ({
    ...as(ann),
    body: { currentPassword, newPassword },
  });
  await ask(403, 'POST /api/account/password', change('another', `${PASSWORD} again`));
  await ask(422, 'POST /api/account/password', change(PASSWORD, 'password'));
  await ask(204, 'POST /api/account/password', change(PASSWORD, `${PASSWORD} again`));
  await ask(204, 'POST /api/account/password', change(`${PASSWORD} again`, PASSWORD));
  await ask(204, 'DELETE /api/sessions/others', as(ann));
}

async function browse({ ask }: Client): Promise<void> {
  await ask(200, 'GET /api/products?limit=2&sort=price');
  const { body } = await ask<Page<object>>(200, 'GET /api/products?limit=3&sort=name');
  await ask(200, `GET /api/products?limit=3&sort=name&cursor=${body.nextCursor}`);
  await ask(200, 'GET /api/products?search=mug&minPrice=100&maxPrice=900&sort=-price&limit=3');
  await ask(200, 'GET /api/products?search=nothing+is+called+so');
  await ask(400, 'GET /api/products?limit=0');
  await ask(400, 'GET /api/products?sort=colour');
  await ask(400, 'GET /api/products?cursor=none');
  const { headers, body: product } = await ask<{ picture: { hash: string } }>(
    200,
    'GET /api/products/1001',
  );
  const etag = headers.get('etag') ?? '';
  await ask(304, 'GET /api/products/1001', { headers: { 'if-none-match': etag } });
  await ask(404, 'GET /api/products/none');
  await ask(200, 'GET /api/products/suggestions?search=mu');
  await ask(200, 'GET /api/products/1001/related');
  await ask(404, 'GET /api/products/none/related');
  const picture = await ask(200, 'GET /api/products/1001/image');
  const known = { headers: { 'if-none-match': picture.headers.get('etag') ?? '' } };
  await ask(304, 'GET /api/products/1001/image', known);
  await ask(404, 'GET /api/products/none/image');
  const { hash } = product.picture;
  await ask(200, `GET /api/pictures/${hash}/original`);
  await ask(404, `GET /api/pictures/${hash}/160.avif`);
}

/** What no route takes, or not so. */
async function refuse({ ask }: Client, guest: Session): Promise<void> {
  await ask(404, 'GET /api/none');
  await ask(404, 'GET /api/orders/a/b/c');
  await ask(404, 'PUT /api/orders');
  await ask(400, 'GET /api/%ff');
  const order = (body: unknown) => ask(400, 'POST /api/orders', { ...as(guest), body });
  await order(undefined);
  await order({});
  await order({ items: [] });
  await order(lines(['1001', 0]));
  await order({ items: [{ productId: '1001', quantity: 1, price: 1 }] });
  await ask(400, 'POST /api/orders', { ...as(guest), text: '{"items":' });
  await ask(413, 'POST /api/orders', { ...as(guest), text: ' '.repeat(300_000) });
  const csv = as(guest, { 'content-type': 'text/csv' });
  await ask(415, 'POST /api/orders', { ...csv, text: 'a,b' });
  await ask(401, 'POST /api/orders', { body: lines(['1001', 1]) });
  await ask(401, 'GET /api/orders/none', as({ token: 'mrs_none' }));
  await ask(404, 'POST /api/payments/webhooks/stripe', { body: {} });
  for (const path of ['streams', 'payments', 'orders/none/timeline', 'none']) {
    await ask(path === 'none' ? 404 : 401, `GET /api/admin/${path}`);
    await ask(path === 'none' ? 404 : 401, `GET /api/admin/${path}`, as(guest));
  }
}

/** Ann buys; a guest's order is rejected since too little is there. */
async function buy(client: Client, ann: Session, guest: Session): Promise<Order> {
  const { ask, settled } = client;
  await ask(200, 'GET /api/delivery-methods');
  await ask(200, 'GET /api/payments/provider');
  const key = as(ann, { 'idempotency-key': 'first' });
  const body = lines(['1001', 1], ['1002', 2]);
  const { body: placed } = await ask<Order>(202, 'POST /api/orders', { ...key, body });
  const path = `/api/orders/${placed.orderId}`;
  await client.events(`GET ${path}/events`, 3, as(ann));
  const { body: paid } = await settled<Order>(
    `GET ${path}`,
    as(ann),
    (order) => order.orderStatusCode === 3,
  );
  await ask(202, 'POST /api/orders', { ...key, body });
  await ask(422, 'POST /api/orders', { ...key, body: lines(['1001', 2]) });
  await ask(422, 'POST /api/orders', { ...as(ann), body: lines(['none', 1]) });
  const delivered = { ...lines(['1002', 1]), contact: { email: EMAIL } };
  await ask(400, 'POST /api/orders', { ...as(ann), body: delivered });
  const rocket = { ...delivered, delivery: { method: 'rocket', address: ADDRESS } };
  await ask(422, 'POST /api/orders', { ...as(ann), body: rocket });
  await ask(404, `GET ${path}`, as(guest));
  await ask(404, `GET ${path}/events`, as(guest));
  await ask(401, `GET ${path}/events`);
  await ask(200, `GET /api/payments/${paid.paymentId}`, as(ann));
  await ask(404, `GET /api/payments/${paid.paymentId}`, as(guest));
  await ask(200, `GET /api/payments?orderId=${placed.orderId}`, as(ann));
  await ask(200, `GET /api/payments?orderId=${placed.orderId}`, as(guest));
  await ask(400, 'GET /api/payments', as(ann));

  const { body: greedy } = await ask<Order>(202, 'POST /api/orders', {
    ...as(guest),
    body: lines(['1001', 1000]),
  });
  const rejected = `/api/orders/${greedy.orderId}`;
  await settled<Order>(`GET ${rejected}`, as(guest), (order) => order.orderStatusCode === -1);
  await ask(409, `POST ${rejected}/cancel`, as(guest));
  await ask(204, `GET ${rejected}/events`, as(guest, { 'last-event-id': '2' }));
  return paid;
}

/** A part is given back, then all of it. */
async function changeMinds({ ask, settled }: Client, ann: Session, order: Order): Promise<void> {
  const { orderId, paymentId } = order;
  const payment = `/api/admin/payments/${paymentId}`;
  const key = as({ token: ADMIN_TOKEN }, { 'idempotency-key': 'chipped' });
  const given = { ...key, body: { amount: 549, reason: 'one mug was chipped' } };
  await ask(201, `POST ${payment}/refunds`, given);
  await ask(201, `POST ${payment}/refunds`, given);
  await ask(422, `POST ${payment}/refunds`, { ...operator, body: { amount: 1_000_000 } });
  await ask(400, `POST ${payment}/refunds`, { ...operator, body: { amount: -1 } });
  await ask(401, `POST ${payment}/refunds`, { ...as(ann), body: {} });
  await ask(404, 'POST /api/admin/payments/none/refunds', { ...operator, body: {} });
  const path = `/api/orders/${orderId}`;
  await settled<Order>(`GET ${path}`, as(ann), (now) => now.refundedAmount === 549);
  await ask(404, 'POST /api/orders/none/cancel', as(ann));
  await ask(202, `POST ${path}/cancel`, as(ann));
  await settled<Order>(`GET ${path}`, as(ann), (now) => now.orderStatusCode === 4);
  await ask(200, `GET /api/payments/${paymentId}`, as(ann));
}

async function lookBack(
  { ask, settled }: Client,
  ann: Session,
  guest: Session,
  { orderId, paymentId }: Order,
) {
  // Payments are listed by their ids, which tell the second: of one second, those of two copies are in any order.
  const paidInSecond = parseInt(paymentId.slice(0, 8), 16);
  await eventually('a later second', () => Math.floor(Date.now() / 1000) > paidInSecond);
  const { body: second } = await ask<Order>(202, 'POST /api/orders', {
    ...as(ann),
    body: lines(['1003', 1]),
  });
  // Two copies may handle the events of one order in another order than they came.
  const ended = ({ items }: Page<History>): boolean =>
    items.map(({ orderStatusCode }) => orderStatusCode).join() === '3,4' &&
    items.every(({ steps }) => steps.some(({ step }) => step === 'accepted')) &&
    items.at(1)?.refunds.length === 2;
  await settled<Page<History>>('GET /api/order-history', as(ann), ended);
  const page = await ask<Page<Order>>(200, 'GET /api/order-history?limit=1', as(ann));
  await ask(200, `GET /api/order-history?limit=1&cursor=${page.body.nextCursor}`, as(ann));
  await ask(400, 'GET /api/order-history?cursor=none', as(ann));
  await ask(401, 'GET /api/order-history');
  await settled<Order>(
    `GET /api/order-history/${second.orderId}`,
    as(ann),
    ({ orderStatusCode }) => orderStatusCode === 3,
  );
  await ask(404, `GET /api/order-history/${orderId}`, as(guest));
  await ask(404, `GET /api/orders/${orderId}/timeline`, as(guest));
  const whole = ({ items }: Page<{ type: string }>): boolean =>
    WHOLE_LIFE.every((type) => items.some((item) => item.type === type));
  await settled<Page<{ type: string }>>(`GET /api/orders/${orderId}/timeline`, as(ann), whole);
  await ask(200, `GET /api/admin/orders/${orderId}/timeline`, operator);
  await ask(404, 'GET /api/admin/orders/none/timeline', operator);
  await ask(200, `GET /api/admin/orders/${orderId}`, operator);
  await ask(404, 'GET /api/admin/orders/none', operator);
  await ask(200, `GET /api/admin/orders/${orderId}/waterfall`, operator);
  await ask(404, 'GET /api/admin/orders/none/waterfall', operator);
  await ask(202, `POST /api/admin/orders/${orderId}/cancel`, { ...operator, body: {} });
  await ask(400, `POST /api/admin/orders/${orderId}/cancel`, { ...operator, body: { reason: '' } });
  await ask(404, 'POST /api/admin/orders/none/cancel', { ...operator, body: {} });
  await ask(200, `GET /api/admin/orders?status=4&userId=${ann.userId}&limit=1`, operator);
  await ask(400, 'GET /api/admin/orders?status=7', operator);
}

/** The operator's calls on the modules. */
async function runTheShop(client: Client, ann: Session, order: Order): Promise<void> {
  const { ask, settled } = client;
  const product = '/api/admin/products/1001';
  await settled<{ stockQty: number }>(
    `GET ${product}`,
    operator,
    ({ stockQty }) => stockQty === 25,
  );
  await ask(404, 'GET /api/admin/products/none', operator);
  await ask(200, `PATCH ${product}`, { ...operator, body: { price: 8000 } });
  await ask(400, `PATCH ${product}`, { ...operator, body: { price: -1 } });
  await ask(404, 'PATCH /api/admin/products/none', { ...operator, body: { price: 1 } });
  await ask(200, `POST ${product}/stock`, { ...operator, body: { change: -23 } });
  await ask(409, `POST ${product}/stock`, { ...operator, body: { change: -23 } });
  await ask(400, `POST ${product}/stock`, { ...operator, body: { change: 'many' } });
  await ask(200, 'GET /api/admin/products/low-stock?limit=1', operator);
  await runTheCatalogue(client);

  await ask(200, `GET /api/admin/orders?search=${order.orderId}`, operator);
  await ask(400, 'GET /api/admin/orders?search=', operator);
  await ask(200, 'GET /api/admin/customers?email=ANN%40', operator);
  await ask(400, 'GET /api/admin/customers', operator);
  await ask(200, `GET /api/admin/customers/${ann.userId}`, operator);
  await ask(404, 'GET /api/admin/customers/none', operator);

  await ask(200, 'GET /api/admin/payments?limit=1', operator);
  await ask(200, `GET /api/admin/payments?search=${order.paymentId}&limit=1`, operator);
  await ask(400, 'GET /api/admin/payments?status=lost', operator);
  await ask(200, `GET /api/admin/payments?orderId=${order.orderId}`, operator);
  await ask(200, `GET /api/admin/payments/${order.paymentId}`, operator);
  await ask(404, 'GET /api/admin/payments/none', operator);

  await ask(200, `GET /api/admin/identities/scores/${order.orderId}`, operator);
  await ask(404, 'GET /api/admin/identities/scores/none', operator);
  const known = `/api/admin/identities/${ann.userId}`;
  await ask(200, `GET ${known}`, operator);
  await ask(204, `DELETE ${known}`, operator);
  await ask(404, `GET ${known}`, operator);

  await ask(200, `GET /api/admin/order-history?userId=${ann.userId}&limit=1`, operator);
  await ask(200, 'GET /api/admin/order-history/statistics?limit=2', operator);
  await ask(400, 'GET /api/admin/order-history/statistics?from=yesterday', operator);
  await ask(200, 'GET /api/admin/order-history/statistics?timeZone=Asia/Kathmandu', operator);
  const rebuild = '/api/admin/order-history/rebuild';
  await ask(200, `GET ${rebuild}`, operator);
  await ask(202, `POST ${rebuild}`, operator);
  await settled<{ state: string; last?: object }>(
    `GET ${rebuild}`,
    operator,
    ({ state, last }) => state === 'idle' && last !== undefined,
  );
  await ask(200, `DELETE ${rebuild}`, operator);
}

/** The operator's calls on streams, with an entry that does not fit. */
async function seeToStreams(
  client: Client,
  addEntry: (stream: string, fields: Record<string, string>) => Promise<void>,
): Promise<void> {
  const { ask, settled, events } = client;
  const letters = '/api/admin/streams/ORDERS_STREAM/dead-letters';
  const group = 'payments';
  await ask(200, `GET ${letters}?group=${group}`, operator);
  await addEntry('ORDERS_STREAM', { orderId: 'lost', orderAmount: 'ten', userId: 'bob' });
  const { body } = await settled<Page<{ id: string }>>(
    `GET ${letters}?group=${group}`,
    operator,
    ({ items }) => items.length === 1,
  );
  const ids = body.items.map(({ id }) => id);
  const one = `${letters}/${ids[0]}`;
  await ask(200, 'GET /api/admin/dead-letters', operator);
  await ask(200, `GET ${one}?group=${group}`, operator);
  await ask(404, `GET ${letters}/1-1?group=${group}`, operator);
  const edited = { group, fields: { orderAmount: 'eleven' } };
  await ask(200, `POST ${one}/replay`, { ...operator, body: { ...edited, dryRun: true } });
  await ask(400, `POST ${one}/replay`, { ...operator, body: edited });
  await ask(404, `POST ${letters}/1-1/replay`, { ...operator, body: { group } });
  await ask(200, `POST ${letters}/replay`, { ...operator, body: { group, ids } });
  await ask(409, `POST ${letters}/discard`, {
    ...operator,
    body: { group, type: '', expected: 9 },
  });
  await ask(200, `POST ${letters}/discard`, { ...operator, body: { group } });
  await ask(400, `POST ${letters}/discard`, { ...operator, body: {} });
  await ask(404, 'GET /api/admin/streams/NO_STREAM/dead-letters?group=payments', operator);
  await ask(200, 'GET /api/admin/streams', operator);
  await leadGroups(client);
  await ask(200, 'GET /api/admin/audit?action=POST&target=dead-letters/&limit=1', operator);
  await ask(400, 'GET /api/admin/audit?action=GET', operator);
  await ask(200, 'GET /api/admin/health', operator);
  await events('GET /api/admin/live', 0, operator);
  await ask(200, 'GET /api/admin/metrics', operator);
  await ask(400, 'GET /api/admin/metrics?timeZone=Mars/Base', operator);
}

/** Entries are looked at; a group is paused, set back, and goes on. */
async function leadGroups({ ask, settled }: Client): Promise<void> {
  const stream = '/api/admin/streams/ORDERS_STREAM';
  const group = `${stream}/groups/order-history`;
  const lost = `GET ${stream}/entries?key=lost&limit=1`;
  await settled<Page<object>>(lost, operator, ({ items }) => items.length === 1);
  await ask(400, `GET ${stream}/entries?from=yesterday`, operator);
  await ask(404, 'GET /api/admin/streams/NO_STREAM/entries', operator);
  await ask(200, `POST ${group}/pause`, operator);
  await settled<{ pending: number }>(
    `GET ${group}/pending`,
    operator,
    ({ pending }) => pending === 0,
  );
  const looked = { ...operator, body: { to: 'start', dryRun: true } };
  const { body } = await ask<{ entries: number; from: string }>(
    200,
    `POST ${group}/offset`,
    looked,
  );
  const expected = { entries: body.entries, from: body.from };
  await ask(200, `POST ${group}/offset`, { ...operator, body: { to: 'start', expected } });
  await ask(400, `POST ${group}/offset`, { ...operator, body: { to: 'start' } });
  await ask(200, `POST ${group}/resume`, operator);
  await ask(404, `POST ${stream}/groups/nobody/pause`, operator);
  await ask(409, `DELETE ${group}?pending=0&lag=0`, operator);
  await settled<{ pending: number; lag: number }>(
    `GET ${group}/pending`,
    operator,
    ({ pending, lag }) => pending === 0 && lag === 0,
  );
}

/** The customer is erased. */
async function forget({ ask, settled }: Client, ann: Session): Promise<void> {
  const customer = `/api/admin/customers/${ann.userId}`;
  await ask(200, `GET ${customer}/export`, operator);
  await ask(404, `GET ${customer}/erasure`, operator);
  await ask(401, `DELETE ${customer}`, as(ann));
  for (const { name } of modules.filter(({ provides = [] }) => provides.includes('personalData'))) {
    const held = `/api/admin/${name}/customers/${ann.userId}`;
    await ask(200, `GET ${held}/export`, operator);
    await ask(200, `GET ${held}/erasure`, operator);
  }
  await ask(202, `DELETE ${customer}`, operator);
  await settled<{ state: string }>(
    `GET ${customer}/erasure`,
    operator,
    ({ state }) => state === 'done',
  );
  await ask(401, 'GET /api/order-history', as(ann));
  await ask(401, 'POST /api/sessions', { body: { email: EMAIL, password: PASSWORD } });
}
