/** Orders as the operator has them: in lists that are found by indexes, as CSV, whole, and cancelled. */
import { test } from 'tap';
import { customerErased } from '../../../modules/gateway/events.ts';
import { entriesOf, place, post, type OrderBody } from '../../shop.ts';
import { ADMIN_TOKEN, eventually, type TestHost } from '../../support.ts';
import { answersTo, hears, PRICE, reaches, say, startOrders, toldOf } from './fakes.ts';

interface Listed extends OrderBody {
  createdAt: string;
  pieces: number;
}

interface Page {
  items: Listed[];
  nextCursor: string | null;
}

const admin = { authorization: `Bearer ${ADMIN_TOKEN}` };

function ask(host: TestHost, path = '', headers: Record<string, string> = admin) {
  return host.app.inject({ url: `/api/admin/orders${path}`, headers });
}

function cancel(host: TestHost, orderId: string, payload: object = {}, headers = admin) {
  const url = `/api/admin/orders/${orderId}/cancel`;
  return host.app.inject({ method: 'POST', url, headers, payload });
}

const idsOf = async (host: TestHost, query: string): Promise<string[]> =>
  (await ask(host, query)).json<Page>().items.map(({ orderId }) => orderId);

/** Orders of every kind: waiting, rejected, cancelled, paid. */
async function startWithOrders(t: Parameters<typeof startOrders>[0]) {
  const host = await startOrders(t);
  const waiting = await place(host, { a: 1 }, 'bob');
  const rejected = await place(host, { a: 2 });
  await answersTo(host, rejected).refuseStock();
  await reaches(host, rejected, -1);
  const cancelled = await place(host, { a: 1 });
  await cancel(host, cancelled.orderId);
  const paid = await place(host, { a: 3 });
  const { reserve, score, pay } = answersTo(host, paid);
  await Promise.all([reserve(), score(), pay()]);
  await reaches(host, paid, 3);
  return { host, waiting, rejected, cancelled, paid };
}

test('orders are listed the newest first, page by page, by status, customer and time', async (t) => {
  const { host, waiting, rejected, cancelled, paid } = await startWithOrders(t);
  const all = [paid, cancelled, rejected, waiting].map(({ orderId }) => orderId);
  const seen: Listed[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Page = (await ask(host, `?limit=3${cursor && `&cursor=${cursor}`}`)).json<Page>();
    t.ok(page.items.length <= 3);
    seen.push(...page.items);
    cursor = page.nextCursor;
  }
  t.same(
    seen.map(({ orderId }) => orderId),
    all,
  );
  t.match(seen[0], { orderStatusCode: 3, userId: 'alice', orderAmount: 3 * PRICE, pieces: 3 });
  t.match(seen[0], { paymentId: `payment-of-${paid.orderId}`, refundedAmount: 0, currency: 'INR' });

  t.same(await idsOf(host, '?status=1'), [waiting.orderId]);
  t.same(await idsOf(host, '?status=-1'), [rejected.orderId]);
  t.same(await idsOf(host, '?status=-2'), [cancelled.orderId]);
  t.same(await idsOf(host, '?status=3'), [paid.orderId]);
  t.same(await idsOf(host, '?status=4'), []);
  t.same(await idsOf(host, '?userId=bob'), [waiting.orderId]);
  t.same(await idsOf(host, '?userId=bob&status=3'), []);
  const [from, to] = [seen[2]!.createdAt, seen[0]!.createdAt];
  t.same(
    await idsOf(host, `?from=${from}&to=${to}`),
    all.slice(1, 3),
    'from is included, to is not',
  );
  t.same(await idsOf(host, `?to=${seen[3]!.createdAt}`), []);
  t.same(await idsOf(host, `?from=${to}&userId=alice`), [paid.orderId]);
});

test('each list of a status is read from an index', async (t) => {
  const { host } = await startWithOrders(t);
  const orders = host.context('orders').db.collection('orders');
  const usesOf = async () => {
    const stats = await orders.aggregate([{ $indexStats: {} }]).toArray();
    return new Map(stats.map(({ name, accesses }) => [name as string, Number(accesses.ops)]));
  };
  for (const [query, index] of [
    ['?status=3', 'paid'],
    ['?status=-1', 'ended-unpaid'],
    ['?userId=alice', 'user'],
  ] as const) {
    const before = await usesOf();
    await ask(host, query);
    t.ok((await usesOf()).get(index)! > before.get(index)!, `${query} is read from ${index}`);
  }
});

test('the list is a CSV file, too, with all that fits', async (t) => {
  const { host, rejected, paid } = await startWithOrders(t);
  const response = await ask(host, '?format=csv&userId=alice');
  t.match(response.headers, {
    'content-type': /^text\/csv/,
    'content-disposition': 'attachment; filename="orders.csv"',
  });
  const [header, ...lines] = response.body.trim().split('\r\n');
  t.match(header, /orderId,orderNumber,userId,orderStatusCode,status,amount,refunded,currency/);
  t.equal(lines.length, 3);
  t.ok(lines[0]!.startsWith(`${paid.orderId},`));
  t.match(lines[0], ',alice,3,paid,300,0,INR,3,payment-of-');
  t.ok(lines[2]!.startsWith(`${rejected.orderId},`));
  t.match((await ask(host, '?format=csv&status=4')).body.trim().split('\r\n').length, 1);
});

test('a query that does not fit is refused', async (t) => {
  const host = await startOrders(t);
  const wrong = ['?status=7', '?status=x', '?from=yesterday', '?to=2026', '?limit=0', '?limit=201'];
  for (const query of [...wrong, '?cursor=x', '?format=xml', '?user=bob', '?userId='])
    t.equal((await ask(host, query)).statusCode, 400, query);
  t.equal((await ask(host, '', {})).statusCode, 401);
});

test('an order is shown whole, until its customer is erased', async (t) => {
  const host = await startOrders(t);
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const address = { name: 'Ann', line1: '1 Mill Lane', city: 'Ulm', postalCode: '89073' };
  const request = {
    items: [{ productId: 'a', quantity: 1 }],
    contact: { email: 'ann@example.com' },
    delivery: { method: 'standard', address: { ...address, country: 'DE' } },
  };
  const headers = { 'idempotency-key': 'the first', traceparent };
  const { orderId } = (await post(host, request, headers)).json<OrderBody>();
  const shown = await ask(host, `/${orderId}`);
  t.equal(shown.statusCode, 200);
  t.match(shown.json(), {
    orderId,
    userId: 'alice',
    contact: { email: 'ann@example.com' },
    delivery: { address },
    items: [{ productId: 'a', name: 'A', quantity: 1, unitPrice: PRICE }],
    waitingFor: ['stock', 'identity'],
    isFinal: false,
    cancellable: true,
    idempotencyKey: 'the first',
    traceparent,
    revision: 1,
  });
  t.notMatch(shown.body, /sessionId|an-address|a-browser/);

  await say(host, customerErased, customerErased.create({ userId: 'alice', pseudonym: 'nobody' }));
  const erased = await eventually('its customer is erased', async () => {
    const { body } = await ask(host, `/${orderId}`);
    return !body.includes('alice') && body;
  });
  t.match(JSON.parse(erased), { orderId, userId: 'nobody' });
  t.notMatch(erased, /Ann|ann@example|Mill Lane|the first/);
  t.notMatch((await ask(host, `/${orderId}/waterfall`)).body, /Ann|ann@example|Mill Lane|alice/);
});

test('what is not there is not found', async (t) => {
  const host = await startOrders(t);
  for (const path of ['/nobodys', '/nobodys/waterfall', '/nobodys/timeline'])
    t.match((await ask(host, path)).json(), {
      status: 404,
      detail: 'There is no order with this id.',
    });
  t.equal((await cancel(host, 'nobodys')).statusCode, 404);
});

test('support cancels an order, with a reason that its customer is told; a viewer does not', async (t) => {
  const host = await startOrders(t);
  const order = await place(host, { a: 1 });
  const path = `/api/admin/orders/${order.orderId}/cancel`;
  const as = (role: 'viewer' | 'support') =>
    host.internalTokens.forward({
      method: 'POST',
      url: new URL(path, 'http://here'),
      operator: { name: `${role}@example.com`, role },
    });
  const refused = await cancel(host, order.orderId, {}, as('viewer') as never);
  t.equal(refused.statusCode, 403);
  t.equal((await cancel(host, order.orderId, { reason: ' ' })).statusCode, 400);
  t.equal((await cancel(host, order.orderId, { why: 'x' })).statusCode, 400);
  t.same(await toldOf(host, order, 1), ['order.placed'], 'nothing was changed');

  const reason = 'The warehouse is flooded';
  const response = await cancel(host, order.orderId, { reason }, as('support') as never);
  t.equal(response.statusCode, 202);
  t.match(response.json(), {
    orderStatusCode: -2,
    cancellation: 'cancelled',
    reason,
    isFinal: true,
  });
  t.same(await toldOf(host, order, 2), ['order.placed', 'order.cancelled']);
  const told = (await entriesOf(host, 'ORDERS_STREAM')).at(-1);
  t.match(told, { type: 'order.cancelled', reason });
  const { items } = (await host.app.inject({ url: '/api/admin/audit', headers: admin })).json<{
    items: object[];
  }>();
  t.match(items[0], {
    who: 'support@example.com',
    target: `orders/${order.orderId}`,
    before: { orderStatusCode: 1, cancellation: null },
    after: { orderStatusCode: -2, cancellation: 'cancelled', reason },
    outcome: { status: 202 },
  });
});

test('a paid order that is cancelled asks for its refund; one that has ended says why it cannot be', async (t) => {
  const host = await startOrders(t);
  const paid = await place(host, { a: 1 });
  const { reserve, score, pay, refund } = answersTo(host, paid);
  await Promise.all([reserve(), score(), pay()]);
  await reaches(host, paid, 3);
  const asked = await cancel(host, paid.orderId, { reason: 'damaged' });
  t.match(asked.json(), {
    orderStatusCode: 3,
    cancellation: 'refund requested',
  });
  await refund(PRICE);
  t.match(await reaches(host, paid, 4), { reason: 'damaged' });
  await hears(host, paid, 4);

  const rejected = await place(host, { a: 1 });
  await answersTo(host, rejected).refuseStock();
  await reaches(host, rejected, -1);
  const response = await cancel(host, rejected.orderId);
  t.equal(response.statusCode, 409);
  t.match(response.json(), {
    type: 'urn:millrace:problem:too-late-to-cancel',
    detail: /cannot be cancelled: it has ended without a payment/,
  });
});
