/**
 * Copies of sessions in Redis, which answer nearly all requests. They can be lost at any time, since
 * MongoDB has the record, but a copy of a revoked session must never come back.
 *
 * A key holds the copy, or `-` where its token is worth nothing, or the mark of a process that is just
 * reading the record. Only who finds its own mark still there may put a copy in its place: a revocation
 * overwrites the mark, and one that was read before it and comes late is kept nowhere.
 */
import { randomUUID } from 'node:crypto';
import type { ModuleContext } from '#host';
import type { Session } from './session.ts';

/** How long a token is remembered as worth nothing, by a negative entry, in ms. */
const NEGATIVE_MS = 10_000;
/** How long reading the record may take for its result to be kept, in ms. */
const READING_MS = 5000;
const NEGATIVE = '-';
const MARK = 'reading:';

/** Puts a value in the place of the one that is expected. */
const REPLACE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`;

export interface SessionCache {
  /** The session of a token; null where it is worth nothing; undefined where Redis cannot say. */
  get(tokenHash: string): Promise<Session | null | undefined>;
  /** Keeps a session that has just begun. */
  set(tokenHash: string, session: Session): Promise<void>;
  /** What `load` gives, which is kept unless the session is revoked meanwhile. */
  fill(tokenHash: string, load: () => Promise<Session | undefined>): Promise<Session | undefined>;
  /** Replaces a copy by a later one of the same session. */
  renew(tokenHash: string, before: Session, after: Session): Promise<void>;
  /**
   * Forgets the copy of a revoked session.
   *
   * @throws Error where Redis is away
   */
  forget(tokenHash: string): Promise<void>;
}

export function createSessionCache({
  redis,
  redisGet,
  redisKey,
}: Pick<ModuleContext, 'redis' | 'redisGet' | 'redisKey'>): SessionCache {
  const keyOf = (tokenHash: string): string => redisKey(`session:${tokenHash}`);
  /** A Redis that is away keeps no copies, which makes requests slower, never wrong. */
  const replace = (tokenHash: string, expected: string, value: string, lifeMs: number) =>
    redis.eval(REPLACE, 1, keyOf(tokenHash), expected, value, lifeMs).catch(() => undefined);

  return {
    async get(tokenHash) {
      const text = await redisGet(keyOf(tokenHash)).catch(() => null);
      if (text === null || text.startsWith(MARK)) return undefined;
      return text === NEGATIVE ? null : (JSON.parse(text) as Session);
    },
    async set(tokenHash, session) {
      await redis
        .set(keyOf(tokenHash), JSON.stringify(session), 'PX', lifeOf(session))
        .catch(() => undefined);
    },
    async fill(tokenHash, load) {
      const mark = MARK + randomUUID();
      const marked = await redis
        .set(keyOf(tokenHash), mark, 'PX', READING_MS, 'NX')
        .catch(() => null);
      const session = await load();
      if (marked && session)
        await replace(tokenHash, mark, JSON.stringify(session), lifeOf(session));
      else if (marked) await replace(tokenHash, mark, NEGATIVE, NEGATIVE_MS);
      return session;
    },
    async renew(tokenHash, before, after) {
      await replace(tokenHash, JSON.stringify(before), JSON.stringify(after), lifeOf(after));
    },
    async forget(tokenHash) {
      await redis.set(keyOf(tokenHash), NEGATIVE, 'PX', NEGATIVE_MS);
    },
  };
}

/** How long a session still counts, in ms. */
function lifeOf({ expiresAt }: Session): number {
  return Math.max(1, expiresAt - Date.now());
}
