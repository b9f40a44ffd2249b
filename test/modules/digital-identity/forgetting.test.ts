/** A user who is forgotten stays forgotten, and goes on ordering in the session that lives. */
import { test } from 'tap';
import { sessionStarted } from '../../../modules/gateway/events.ts';
import { toEntry } from '../../../src/bus/contract/wire.ts';
import { bearer, guest, type Begun } from '../gateway/client.ts';
import { operate } from '../products/operator.ts';
import { entriesOf, seed } from '../../shop.ts';
import { emptyRedis, eventually, startTestHost, type TestHost } from '../../support.ts';
import { HOME, login, placed, scoreOf, startIdentity, storedBy } from './identity.ts';

const forget = async (host: TestHost, userId: string): Promise<number> =>
  (await operate(host, 'DELETE', `identities/${userId}`)).statusCode;
const isKnown = async (host: TestHost, userId: string): Promise<boolean> =>
  (await operate(host, 'GET', `identities/${userId}`)).statusCode === 200;

test('the next orders of a forgotten user are taken, also after a loss of all that Redis had', async (t) => {
  const host = await startTestHost(t);
  await seed(host, [{ productId: 'a' }]);
  const session = await guest(host);
  await eventually('the login is known', () => isKnown(host, session.userId));
  t.equal(await forget(host, session.userId), 204);
  t.equal((await buy(host, session)).orderStatusCode, 3);

  await emptyRedis(host.env);
  await eventually('the login is published again', async () =>
    (await entriesOf(host, 'SESSIONS_STREAM')).some(({ userId }) => userId === session.userId),
  );
  await eventually('it is handled', () => isDrained(host));
  t.notOk(await isKnown(host, session.userId));
  t.equal((await buy(host, session)).orderStatusCode, 3);
  t.notOk(await isKnown(host, session.userId), 'nor does an order bring it back');
});

test('a login from before the forgetting that comes after it is not remembered; a later one is', async (t) => {
  const host = await startIdentity(t);
  const late = sessionStarted.create({ ...HOME, userId: 'alice', kind: 'guest' });
  t.equal(await forget(host, 'alice'), 204);
  const { redis, keyPrefix } = host.env;
  await redis.xadd(`${keyPrefix}SESSIONS_STREAM`, '*', ...toEntry(late));
  await eventually('it is handled', () => isDrained(host));
  await placed(host, 'of the session');
  t.equal(await scoreOf(host, 'of the session'), 1);
  t.match((await operate(host, 'GET', 'identities/scores/of the session')).json(), {
    browser: null,
    explanation: /was forgotten after the session/,
  });
  const { signals, scores } = storedBy(host);
  t.equal(await signals.countDocuments(), 0);
  t.equal(await scores.countDocuments({ origin: { $exists: true } }), 0);

  const next = { sessionId: 'session-2', browser: 'browser-2', address: 'address-2' };
  await login(host, 'alice', next);
  await placed(host, 'of the next', { origin: next });
  t.equal(await scoreOf(host, 'of the next'), 1);
  await placed(host, 'of a thief', { origin: { ...HOME, sessionId: 'session-2' } });
  t.equal(await scoreOf(host, 'of a thief'), 0, 'and protects as before');
});

/** Whether `digital-identity` has handled every login. */
async function isDrained(host: TestHost): Promise<boolean> {
  const { items } = (await operate(host, 'GET', 'streams')).json<{
    items: { stream: string; groups: { group: string; lag: number | null; pending: number }[] }[];
  }>();
  const reader = items
    .find(({ stream }) => stream === 'SESSIONS_STREAM')
    ?.groups.find(({ group }) => group === 'digital-identity');
  return reader?.lag === 0 && reader.pending === 0;
}

/** Buys one piece, and waits until the order has ended or is paid. */
async function buy(host: TestHost, session: Begun): Promise<{ orderStatusCode: number }> {
  const headers = bearer(session);
  const payload = { items: [{ productId: 'a', quantity: 1 }] };
  const response = await host.app.inject({ method: 'POST', url: '/api/orders', headers, payload });
  const { orderId } = response.json<{ orderId: string }>();
  return eventually('the order has ended or is paid', async () => {
    const seen = await host.app.inject({ url: `/api/orders/${orderId}`, headers });
    const order = seen.json<{ orderStatusCode: number }>();
    return [1, 2].includes(order.orderStatusCode) ? undefined : order;
  });
}
