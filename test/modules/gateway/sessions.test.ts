/** Sessions: whom they make the caller, how they end, and that their tokens are kept nowhere. */
import { randomBytes } from 'node:crypto';
import { test } from 'tap';
import { sessionCopies } from '../../../modules/gateway/session-copies.ts';
import { revokeSession } from '../../../modules/gateway/session-store.ts';
import { hashOf, type Session } from '../../../modules/gateway/session.ts';
import { createSessions, forgetRevoked } from '../../../modules/gateway/sessions.ts';
import { seed } from '../../shop.ts';
import { ADMIN_TOKEN, eventually, startTestHost, type TestHost } from '../../support.ts';
import { bearer, begin, current, guest, signOut } from './client.ts';

const wellFormed = (): string => `mrs_${randomBytes(32).toString('base64url')}`;

test('the token of a guest makes its user the caller, and nobody else', async (t) => {
  const host = await startTestHost(t);
  await seed(host, [{ productId: 'a' }]);
  const [alice, bob] = [await guest(host), await guest(host)];
  t.match(alice, { token: /^mrs_[\w-]{43}$/, kind: 'guest', userId: String });
  t.not(alice.userId, bob.userId);

  const placed = await host.app.inject({
    method: 'POST',
    url: '/api/orders',
    headers: bearer(alice),
    payload: { items: [{ productId: 'a', quantity: 1 }] },
  });
  t.equal(placed.statusCode, 202);
  t.equal(placed.json<{ userId: string }>().userId, alice.userId);
  const url = String(placed.headers['location']);
  const ask = async (headers: Record<string, string>) =>
    (await host.app.inject({ url, headers })).statusCode;
  t.equal(await ask(bearer(alice)), 200);
  t.equal(await ask(bearer(bob)), 404);
  t.equal(await ask({}), 401);
  const { csrfToken: _, ...told } = (await current(host, bearer(alice))).json<
    object & { csrfToken: string }
  >();
  t.same(told, { userId: alice.userId, kind: 'guest', expiresAt: alice.expiresAt });
});

test('a token that is forged is refused wherever it is shown, but not where a new one is had', async (t) => {
  const host = await startTestHost(t);
  const { token } = await guest(host);
  const forgeries = [
    wellFormed(),
    token.slice(0, -1),
    `${token}A`,
    'mrs_',
    'x',
    token.toUpperCase(),
  ];
  for (const forged of forgeries) {
    for (const url of ['/api/sessions/current', '/api/orders/1', '/api/products', '/api/nothing']) {
      const response = await host.app.inject({ url, headers: bearer({ token: forged }) });
      t.equal(response.statusCode, 401, `${url} with ${forged}`);
      t.equal(response.json<{ type: string }>().type, 'urn:millrace:problem:invalid-session');
    }
  }
  t.equal((await begin(host, undefined, bearer({ token: wellFormed() }))).statusCode, 201);
  const streams = await host.app.inject({
    url: '/api/admin/streams',
    headers: bearer({ token: ADMIN_TOKEN }),
  });
  t.equal(streams.statusCode, 200, "the operator's token is no session's");
  t.equal(
    (await host.app.inject('/api/products')).statusCode,
    200,
    'no token is none that is forged',
  );
});

test('a session ends when nobody uses it, and lives as long as somebody does', async (t) => {
  const host = await startTestHost(t, { environment: { SESSION_TTL_MS: '1000' } });
  const [used, unused] = [await guest(host), await guest(host)];
  const twiceItsLife = Date.now() + 2000;
  let latest = used.expiresAt;
  while (Date.now() < twiceItsLife) {
    const response = await current(host, bearer(used));
    if (response.statusCode !== 200) throw new Error(`the session has ended: ${response.body}`);
    const { expiresAt } = response.json<{ expiresAt: string }>();
    if (expiresAt < latest) throw new Error('the end of the session has moved back');
    latest = expiresAt;
  }
  t.equal((await current(host, bearer(unused))).statusCode, 401);
  await eventually(
    'the other ends, too',
    async () =>
      Date.now() > Date.parse(latest) && (await current(host, bearer(used))).statusCode === 401,
  );
});

test('a session that was ended is worth nothing in all processes at once', async (t) => {
  const first = await startTestHost(t);
  const second = await startTestHost(t, { place: first.place });
  const session = await guest(first);
  t.equal((await current(second, bearer(session))).statusCode, 200);
  t.equal((await signOut(first, bearer(session))).statusCode, 204);
  for (const host of [second, first]) {
    t.equal((await current(host, bearer(session))).statusCode, 401);
    await loseCopies(host);
    t.equal((await current(host, bearer(session))).statusCode, 401, 'nor by the record');
  }
});

test('a Redis that has lost all sessions signs nobody out', async (t) => {
  const host = await startTestHost(t);
  const [one, other] = [await guest(host), await guest(host)];
  t.ok((await loseCopies(host)) >= 2);
  t.equal((await current(host, bearer(one))).statusCode, 200);
  t.match(await copies(host), [host.context('gateway').redisKey(`session:${hashOf(one.token)}`)]);
  const { redis } = host.context('gateway');
  redis.disconnect();
  t.equal((await current(host, bearer(other))).statusCode, 200, 'nor does one that is away');
});

test('a session that is revoked while its record is read does not come back to Redis', async (t) => {
  const host = await startTestHost(t);
  const context = host.context('gateway');
  const { copies: kept, sessions, tokenHash, session } = await begunIn(host);
  await loseCopies(host);
  const late = await kept.fill(tokenHash, async () => {
    await sessions.revoke(tokenHash, session.sessionId);
    return session;
  });
  t.same(late, session, 'who asked before has what was true then');
  t.equal(await kept.read(tokenHash), null);
  await context.redis.del(context.redisKey(`session:${tokenHash}`));
  t.equal(await sessions.find(tokenHash), undefined);

  const frozen = await kept.fill(tokenHash, async () => {
    await loseCopies(host);
    return session;
  });
  t.same(frozen, session);
  t.equal(await kept.read(tokenHash), undefined, 'nor where Redis was emptied meanwhile');
});

test('a renewal that comes after the end of its session changes nothing', async (t) => {
  const host = await startTestHost(t, { environment: { SESSION_TTL_MS: '1000' } });
  const { copies: kept, sessions, tokenHash, session } = await begunIn(host);
  await sessions.revoke(tokenHash, session.sessionId);
  t.equal(await sessions.use(tokenHash, { ...session, expiresAt: Date.now() + 1 }), undefined);
  await kept.renew(tokenHash, session, { ...session, expiresAt: session.expiresAt + 1 });
  t.equal(await kept.read(tokenHash), null);
});

test('the copy of a session whose end Redis was not told of is forgotten afterwards', async (t) => {
  const host = await startTestHost(t);
  const session = await guest(host);
  const { sessionId } = (await begunBy(host, session.token))!;
  await revokeSession(host.context('gateway'), sessionId);
  await forgetRevoked(host.context('gateway'));
  t.equal((await current(host, bearer(session))).statusCode, 401);
});

async function begunIn(host: TestHost) {
  const context = host.context('gateway');
  const [sessions, kept] = [createSessions(context), sessionCopies(context)];
  const user = { userId: 'alice', kind: 'guest' } as const;
  const origin = { browser: 'a-browser', address: 'an-address' };
  const { token, session } = await sessions.begin(user, origin, {});
  return { sessions, copies: kept, tokenHash: hashOf(token)!, session };
}

function begunBy(host: TestHost, token: string): Promise<Session | null | undefined> {
  return sessionCopies(host.context('gateway')).read(hashOf(token)!);
}

/** The keys of all copies that Redis has. */
function copies(host: TestHost): Promise<string[]> {
  return host.place.redis.keys(host.context('gateway').redisKey('session:*'));
}

/** What a FLUSHALL would do to sessions. Gives how many were lost. */
async function loseCopies(host: TestHost): Promise<number> {
  const keys = await copies(host);
  return keys.length === 0 ? 0 : host.place.redis.del(keys);
}
