/** Sessions that are lost from Redis, which brings them back, and those that are ended, which nothing does. */
import { test } from 'tap';
import { createSessionCache } from '../../../modules/gateway/session-cache.ts';
import { createSessionStore } from '../../../modules/gateway/session-store.ts';
import { hashOf, type Session } from '../../../modules/gateway/session.ts';
import { createSessions } from '../../../modules/gateway/sessions.ts';
import type { Settings } from '../../../modules/gateway/settings.ts';
import type { ModuleContext } from '../../../src/index.ts';
import { startTestHost, type TestHost } from '../../support.ts';
import { bearer, current, guest, signOut } from './client.ts';

test('a session that was ended is worth nothing in all processes at once', async (t) => {
  const first = await startTestHost(t);
  const second = await startTestHost(t, { env: first.env });
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
  t.equal(await kept.get(tokenHash), null);
  await context.redis.del(context.redisKey(`session:${tokenHash}`));
  t.equal(await sessions.get(tokenHash), undefined);

  const frozen = await kept.fill(tokenHash, async () => {
    await loseCopies(host);
    return session;
  });
  t.same(frozen, session);
  t.equal(await kept.get(tokenHash), undefined, 'nor where Redis was emptied meanwhile');
});

test('a renewal that comes after the end of its session changes nothing', async (t) => {
  const host = await startTestHost(t, { environment: { SESSION_TTL_MS: '1000' } });
  const { copies: kept, sessions, tokenHash, session } = await begunIn(host);
  await sessions.revoke(tokenHash, session.sessionId);
  t.equal(await sessions.use(tokenHash, { ...session, expiresAt: Date.now() + 1 }), undefined);
  await kept.renew(tokenHash, session, { ...session, expiresAt: session.expiresAt + 1 });
  t.equal(await kept.get(tokenHash), null);
});

test('the copy of a session whose end Redis was not told of is forgotten afterwards', async (t) => {
  const host = await startTestHost(t);
  const session = await guest(host);
  const { sessionId } = (await begunBy(host, session.token))!;
  const { store, sessions } = open(host);
  await store.revoke(sessionId);
  await sessions.forgetRevoked();
  t.equal((await current(host, bearer(session))).statusCode, 401);
});

/** The sessions of a host, as its gateway has them. */
function open(host: TestHost) {
  const context = host.context('gateway');
  const store = createSessionStore(context.db, context.publish);
  const cache = createSessionCache(context);
  const { log, settings } = context as ModuleContext<Settings>;
  return {
    store,
    cache,
    sessions: createSessions({ store, cache, ttlMs: settings.SESSION_TTL_MS, log }),
  };
}

async function begunIn(host: TestHost) {
  const { sessions, cache } = open(host);
  const user = { userId: 'alice', kind: 'guest' } as const;
  const origin = { browser: 'a-browser', address: 'an-address' };
  const { token, session } = await sessions.begin(user, origin, {});
  return { sessions, copies: cache, tokenHash: hashOf(token)!, session };
}

function begunBy(host: TestHost, token: string): Promise<Session | null | undefined> {
  return open(host).cache.get(hashOf(token)!);
}

/** The keys of all copies that Redis has. */
function copies(host: TestHost): Promise<string[]> {
  return host.env.redis.keys(host.context('gateway').redisKey('session:*'));
}

/** What a FLUSHALL would do to sessions. Gives how many were lost. */
async function loseCopies(host: TestHost): Promise<number> {
  const keys = await copies(host);
  return keys.length === 0 ? 0 : host.env.redis.del(keys);
}
