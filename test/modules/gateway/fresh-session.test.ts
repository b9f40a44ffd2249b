/** The way out for whoever orders from another browser and network than the session began in. */
import { test } from 'tap';
import { seed } from '../../shop.ts';
import { eventually, startTestHost, type TestHost } from '../../support.ts';
import { bearer, begin, cookiesOf, current, guest, register, type Begun } from './client.ts';

const HOME = { 'user-agent': 'Firefox/1', 'x-forwarded-for': '198.51.100.1' };
const AWAY = { 'user-agent': 'Firefox/2', 'x-forwarded-for': '203.0.113.2' };
const environment = { TRUST_PROXY: '127.0.0.1' };

interface Order {
  orderId: string;
  orderStatusCode: number;
  reason?: string;
  reasonCode?: string;
}

test('a guest whose order came from elsewhere is told so, and goes on as the same guest', async (t) => {
  const host = await startTestHost(t, { environment });
  await seed(host, [{ productId: 'a' }]);
  const before = await guest(host, HOME);
  const refused = await buy(host, { ...bearer(before), ...AWAY });
  t.match(refused, {
    orderStatusCode: -1,
    reasonCode: 'identity-score',
    reason: /another browser or network.*Nothing was paid.*go on as the same guest/,
  });
  t.match(await buy(host, { ...bearer(before), ...AWAY }), { orderStatusCode: -1 }, 'again alike');

  const fresh = await begin(host, { continue: true }, { ...bearer(before), ...AWAY });
  t.equal(fresh.statusCode, 201);
  const after = fresh.json<Begun>();
  t.match(after, { userId: before.userId, kind: 'guest' });
  t.equal((await current(host, bearer(before))).statusCode, 401, 'the old token is worth nothing');
  t.match(await buy(host, { ...bearer(after), ...AWAY }), { orderStatusCode: 3 });
  const earlier = `/api/orders/${refused.orderId}`;
  t.equal((await host.app.inject({ url: earlier, headers: bearer(after) })).statusCode, 200);
});

test('a customer has to sign in again: the token alone makes no other place known', async (t) => {
  const host = await startTestHost(t, { environment });
  await seed(host, [{ productId: 'a' }]);
  const account = { email: 'ann@example.com', password: 'a mill by the stream' };
  const session = (await register(host, account, HOME)).json<Begun>();
  const stolen = { ...bearer(session), ...AWAY };
  t.match((await begin(host, { continue: true }, stolen)).json(), {
    status: 403,
    type: /sign-in-again/,
  });
  t.match(await buy(host, stolen), { orderStatusCode: -1, reasonCode: 'identity-score' });
  t.equal((await current(host, bearer(session))).statusCode, 200, 'the session stays');

  const again = (await begin(host, account, AWAY)).json<Begun>();
  t.match(await buy(host, { ...bearer(again), ...AWAY }), { orderStatusCode: 3 });
});

test('nobody goes on without a session that counts', async (t) => {
  const host = await startTestHost(t);
  t.equal((await begin(host, { continue: true })).statusCode, 401);
  const never = { authorization: `Bearer mrs_${'x'.repeat(43)}` };
  t.equal((await begin(host, { continue: true }, never)).statusCode, 401);
  const mine = await begin(host);
  t.equal(
    (await begin(host, { continue: true }, cookiesOf(mine))).statusCode,
    403,
    'no CSRF token',
  );
  for (const payload of [
    { continue: false },
    { continue: true, email: 'ann@example.com' },
    { continue: true, email: 'ann@example.com', password: 'a mill by the stream' },
  ])
    t.equal((await begin(host, payload, bearer(mine.json<Begun>()))).statusCode, 400);
});

/** Buys one piece, and waits until the order has ended or is paid. */
async function buy(host: TestHost, headers: Record<string, string>): Promise<Order> {
  const payload = { items: [{ productId: 'a', quantity: 1 }] };
  const response = await host.app.inject({ method: 'POST', url: '/api/orders', headers, payload });
  const { orderId } = response.json<Order>();
  return eventually('the order has ended or is paid', async () => {
    const seen = await host.app.inject({ url: `/api/orders/${orderId}`, headers });
    const order = seen.json<Order>();
    return [1, 2].includes(order.orderStatusCode) ? undefined : order;
  });
}
