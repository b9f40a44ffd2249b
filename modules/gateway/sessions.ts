/** The life of sessions: begun, found by their token, renewed by use, revoked. */
import type { ModuleContext } from '#host';
import type { SessionCache } from './session-cache.ts';
import type { SessionStore } from './session-store.ts';
import {
  beginning,
  hashOf,
  newToken,
  renewed,
  toSession,
  type Origin,
  type Session,
  type User,
} from './session.ts';

export interface Sessions {
  /** Begins a session. The token is given here and never again. */
  begin(
    user: User,
    origin: Origin,
    cause: { traceparent?: string },
  ): Promise<{ token: string; session: Session }>;
  /** What Redis knows of a token: its session, null where it is worth nothing, or undefined. */
  getCached(tokenHash: string): Promise<Session | null | undefined>;
  /** The session of a token, by what Redis knows, or else by the record. */
  get(tokenHash: string, known?: Session | null): Promise<Session | undefined>;
  /** Gives a session that is used its full life again; undefined where it was revoked meanwhile. */
  use(tokenHash: string, session: Session): Promise<Session | undefined>;
  /**
   * Ends a session in all processes before it resolves.
   *
   * @throws Error where a store is away; the session may be revoked all the same
   */
  revoke(tokenHash: string, sessionId: string): Promise<void>;
  /**
   * Ends all sessions of a user but one in all processes before it resolves.
   *
   * @throws Error where a store is away; they may be revoked all the same
   */
  revokeOthers(userId: string, sessionId: string): Promise<void>;
  /** Takes copies of revoked sessions out of Redis that a crash or an outage has left there. */
  forgetRevoked(): Promise<void>;
}

export function createSessions(options: {
  store: SessionStore;
  cache: SessionCache;
  /** How long a session lives that nobody uses, in ms. */
  ttlMs: number;
  log: ModuleContext['log'];
}): Sessions {
  const { store, cache, ttlMs, log } = options;

  async function forgetRevoked(): Promise<void> {
    for await (const found of store.revokedCopies()) {
      for (const { tokenHash } of found) await cache.forget(tokenHash);
      await store.noteForgotten(found.map(({ _id }) => _id));
    }
  }

  return {
    async begin(user, origin, cause) {
      const token = newToken();
      const tokenHash = hashOf(token)!;
      const document = beginning({ user, origin, tokenHash, ttlMs, cause });
      await store.insert(document);
      const session = toSession(document);
      await cache.set(tokenHash, session);
      return { token, session };
    },
    getCached: (tokenHash) => cache.get(tokenHash),
    async get(tokenHash, known) {
      const copy = known === undefined ? await cache.get(tokenHash) : known;
      if (copy !== undefined) return copy ?? undefined;
      return cache.fill(tokenHash, () => store.find(tokenHash));
    },
    async use(tokenHash, session) {
      const expiresAt = renewed(session, ttlMs);
      if (expiresAt === undefined) return session;
      try {
        if (!(await store.renew(session.sessionId, expiresAt))) return undefined;
      } catch (error) {
        // It counts until its end all the same, and the next use renews it.
        log.warn({ err: error }, 'a session could not be renewed');
        return session;
      }
      const after = { ...session, expiresAt };
      await cache.renew(tokenHash, session, after);
      return after;
    },
    async revoke(tokenHash, sessionId) {
      await store.revoke(sessionId);
      await cache.forget(tokenHash);
      await store.noteForgotten([sessionId]);
    },
    async revokeOthers(userId, sessionId) {
      await store.revokeOthers(userId, sessionId);
      await forgetRevoked();
    },
    forgetRevoked,
  };
}
