/** What is kept and told of a session: no token, no password, no address, wherever one looks. */
import { test } from 'tap';
import { entriesOf } from '../../shop.ts';
import { startProcess } from '../../process.ts';
import {
  eventually,
  openTestEnvironment,
  startTestHost,
  type TestEnvironment,
  type TestHost,
} from '../../support.ts';
import { begin, bearer, cookiesOf, guest, register, signOut, type Begun } from './client.ts';

const PASSWORD = 'correct horse battery';
const CHANGED = 'water over the wheel';
/** An address that occurs nowhere by chance. */
const ADDRESS = '203.0.113.77';

/** The headers of a browser, behind a proxy that tells its address. */
const from = (agent: string, address: string) => ({
  'user-agent': agent,
  'accept-language': 'de',
  'x-forwarded-for': address,
});

test('tokens, passwords and addresses are neither stored nor published nor logged', async (t) => {
  const env = await openTestEnvironment(t);
  const { url, logs } = await startProcess(t, env, {
    LOG_LEVEL: 'trace',
    TRUST_PROXY: '127.0.0.1',
  });
  const secrets = [PASSWORD];
  const call = async (path: string, token?: string, body?: object, method = 'POST') => {
    const response = await fetch(`${url}/api${path}`, {
      method,
      headers: {
        'x-forwarded-for': ADDRESS,
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (response.status === 204) return undefined;
    const begun = (await response.json()) as Partial<Begun>;
    if (begun.token) secrets.push(begun.token);
    return begun.token;
  };
  const account = { email: 'alice@example.com', password: PASSWORD };
  const token = await call('/accounts', await call('/sessions'), account);
  await call('/sessions', undefined, account);
  await call('/sessions', undefined, { ...account, password: `${PASSWORD}!` });
  t.equal(secrets.length, 4, 'a guest, a registration and a sign-in');
  const cookie = `millrace_session=${token}`;
  t.equal((await fetch(`${url}/api/sessions/current`, { headers: { cookie } })).status, 200);
  t.equal((await fetch(`${url}/api/orders`, { method: 'POST', headers: { cookie } })).status, 403);

  const person = { name: 'Alice Aquamarine', phone: '0221 998877' };
  const home = {
    name: 'Bob Burgundy',
    line1: 'Carmine Street 1',
    line2: 'Denim House',
    city: 'Emerald City',
    postalCode: 'F-12345',
    region: 'Golden Hills',
    country: 'DE',
  };
  await call('/account', token, person, 'PATCH');
  await call('/account', token, { ...person, name: `${person.name}\0` }, 'PATCH');
  await call('/account/addresses', token, home);
  await call('/account/addresses', token, { ...home, country: 'XX' });
  await call('/account/password', token, { currentPassword: 'wrong words', newPassword: CHANGED });
  await call('/account/password', token, { currentPassword: PASSWORD, newPassword: CHANGED });
  await call('/sessions', undefined, { ...account, password: CHANGED });
  t.equal(secrets.length, 5, 'the password was changed');
  secrets.push(CHANGED, 'wrong words');

  const stored = await everythingIn(env);
  t.match(stored, /session\.started/, 'events are among it');
  t.match(stored, /millrace:gateway:session:/, 'and keys');
  t.match(stored, /alice@example\.com/, 'and documents');
  const answered = () => logs.filter(({ msg }) => msg === 'request completed');
  await eventually('all are logged', () => answered().length >= 13);
  t.equal(answered().length, 13, 'a line for each');
  t.match(answered()[5], { method: 'POST', url: '/api/orders', status: 403, ms: Number });
  t.same(
    answered()
      .slice(6)
      .map(({ status }) => status),
    [200, 400, 201, 400, 403, 204, 201],
  );
  const logged = JSON.stringify(logs);
  t.match(logged, /\/api\/accounts/);
  for (const secret of secrets) {
    t.notOk(stored.includes(secret), 'not stored');
    t.notOk(logged.includes(secret), 'not logged');
  }
  t.notOk(stored.includes(ADDRESS), 'nor is the address');
  const { country: _, ...texts } = home;
  for (const text of [...Object.values(person), ...Object.values(texts)]) {
    t.ok(stored.includes(text), `${text} is kept`);
    t.notOk(logged.includes(text), 'and not logged');
  }
});

test('every login is told of once, with hashes that tell the same browser and address again', async (t) => {
  const host = await startTestHost(t, { environment: { TRUST_PROXY: '127.0.0.1' } });
  const first = await guest(host, from('Firefox', '198.51.100.1'));
  await guest(host, from(' firefox ', '::ffff:198.51.100.1'));
  await guest(host, from('Chrome', '2001:db8:1:1::1'));
  await guest(host, from('Chrome', '2001:db8:1:1:ffff::2'));
  await guest(host, from('Chrome', '2001:db8:1:2::1'));
  const [a, b, c, d, e] = await started(host, 5);
  t.match(a, { userId: first.userId, kind: 'guest', v: '1', key: first.userId });
  t.equal(a?.['browser'], b?.['browser'], 'case and spaces do not matter');
  t.equal(a?.['address'], b?.['address'], 'an IPv4 address is the same in both notations');
  t.not(a?.['browser'], c?.['browser']);
  t.not(a?.['address'], c?.['address']);
  t.equal(c?.['address'], d?.['address'], 'an IPv6 network has one customer');
  t.not(c?.['address'], e?.['address']);

  const account = { email: 'a@example.com', password: PASSWORD };
  const registered = (await register(host, account, bearer(first))).json<Begun>();
  const signedIn = (await begin(host, account)).json<Begun>();
  const [, , , , , f, g] = await started(host, 7);
  t.match(
    [f, g],
    [
      { userId: first.userId, kind: 'customer' },
      { userId: first.userId, kind: 'customer' },
    ],
  );
  t.equal(new Set((await started(host, 7)).map((entry) => entry['sessionId'])).size, 7);
  t.ok(registered.token !== signedIn.token);
});

test('what Redis loses of the sessions is told again as it was, and stays revoked', async (t) => {
  const host = await startTestHost(t);
  await guest(host);
  const mine = await begin(host);
  await signOut(host, bearer(mine.json<Begun>()));
  const before = await started(host, 2);
  const { redis, keyPrefix } = host.env;
  await redis.del(`${keyPrefix}SESSIONS_STREAM`);
  const again = await startTestHost(t, { env: host.env });
  const eventIds = async () => new Set((await started(again, 2)).map((entry) => entry['eventId']));
  t.same(await eventIds(), new Set(before.map((entry) => entry['eventId'])));
  const seen = await again.app.inject({ url: '/api/sessions/current', headers: cookiesOf(mine) });
  t.equal(seen.statusCode, 401);
});

/** The events of sessions that have begun, once there are so many. */
function started(host: TestHost, count: number) {
  return eventually(`${count} sessions were told of`, async () => {
    const entries = await entriesOf(host, 'SESSIONS_STREAM');
    // At a start, what may have been lost before is published again.
    const events = [...new Map(entries.map((entry) => [entry['eventId'], entry])).values()];
    return events.length >= count && events;
  });
}

/** All that Redis and MongoDB have of a test environment, as one text. */
async function everythingIn({
  redis,
  mongodb,
  keyPrefix,
  databasePrefix,
}: TestEnvironment): Promise<string> {
  const found: unknown[] = [];
  for (const pattern of [`${keyPrefix}*`, `{${keyPrefix}*`]) {
    for (const key of await redis.keys(pattern)) {
      const type = await redis.type(key);
      found.push(key, await valueOf(redis, key, type));
    }
  }
  const { databases } = await mongodb.db().admin().listDatabases({ nameOnly: true });
  for (const { name } of databases.filter((one) => one.name.startsWith(databasePrefix))) {
    for (const { name: collection } of await mongodb.db(name).listCollections().toArray())
      found.push(await mongodb.db(name).collection(collection).find().toArray());
  }
  return JSON.stringify(found);
}

function valueOf(redis: TestEnvironment['redis'], key: string, type: string): Promise<unknown> {
  if (type === 'string') return redis.get(key);
  if (type === 'stream') return redis.xrange(key, '-', '+');
  if (type === 'zset') return redis.zrange(key, '0', '-1');
  if (type === 'hash') return redis.hgetall(key);
  if (type === 'list') return redis.lrange(key, 0, -1);
  if (type === 'set') return redis.smembers(key);
  throw new Error(`${key} is a ${type}, which nothing here reads`);
}
