/** The life of sessions: begun, found by their token, renewed by use, revoked. */
import { sessionCopies } from './session-cache.ts';
import {
  findSession,
  insertSession,
  noteForgotten,
  renewSession,
  revokedCopies,
  revokeSession,
} from './session-store.ts';
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
import type { Context } from './settings.ts';

export interface Sessions {
  /** Begins a session. The token is given here and never again. */
  begin(
    user: User,
    origin: Origin,
    cause: { traceparent?: string },
  ): Promise<{ token: string; session: Session }>;
  /** What Redis knows of a token: its session, null where it is worth nothing, or undefined. */
  peek(tokenHash: string): Promise<Session | null | undefined>;
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
}

export function createSessions(context: Context): Sessions {
  const copies = sessionCopies(context);
  const ttlMs = context.settings.SESSION_TTL_MS;
  return {
    async begin(user, origin, cause) {
      const token = newToken();
      const tokenHash = hashOf(token)!;
      const document = beginning({ user, origin, tokenHash, ttlMs, cause });
      await insertSession(context, document);
      const session = toSession(document);
      await copies.keep(tokenHash, session);
      return { token, session };
    },
    peek: (tokenHash) => copies.read(tokenHash),
    async get(tokenHash, known) {
      const copy = known === undefined ? await copies.read(tokenHash) : known;
      if (copy !== undefined) return copy ?? undefined;
      return copies.fill(tokenHash, () => findSession(context, tokenHash));
    },
    async use(tokenHash, session) {
      const expiresAt = renewed(session, ttlMs);
      if (expiresAt === undefined) return session;
      try {
        if (!(await renewSession(context, session.sessionId, expiresAt))) return undefined;
      } catch (error) {
        // It counts until its end all the same, and the next use renews it.
        context.log.warn({ err: error }, 'a session could not be renewed');
        return session;
      }
      const after = { ...session, expiresAt };
      await copies.renew(tokenHash, session, after);
      return after;
    },
    async revoke(tokenHash, sessionId) {
      await revokeSession(context, sessionId);
      await copies.forget(tokenHash);
      await noteForgotten(context, [sessionId]);
    },
  };
}

/** Takes copies of revoked sessions out of Redis that a crash or an outage has left there. */
export async function forgetRevoked(context: Context): Promise<void> {
  const copies = sessionCopies(context);
  for await (const found of revokedCopies(context)) {
    for (const { tokenHash } of found) await copies.forget(tokenHash);
    await noteForgotten(
      context,
      found.map(({ _id }) => _id),
    );
  }
}
