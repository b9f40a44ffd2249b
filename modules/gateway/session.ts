/** What a session is: its token, of which only the hash is kept, its life, and the event of its begin. */
import { randomUUID } from 'node:crypto';
import type { Caller, OutboxDocument, OutboxRecord } from '#host';
import { sessionStarted } from './events.ts';
import { createTokens } from './token.ts';

/** A session that is used gets a full life again once less than this share of it is left. */
const RENEW_BELOW = 0.9;

export type User = Pick<Caller, 'userId' | 'kind'>;

/** Keyed hashes of the browser and the address that a request comes from. */
export type Origin = Pick<Caller, 'browser' | 'address'>;

/** A session as requests find it. */
export interface Session extends User {
  sessionId: string;
  /** In ms since the epoch. */
  expiresAt: number;
}

export interface SessionDocument extends User, Origin, OutboxDocument {
  tokenHash: string;
  createdAt: Date;
  expiresAt: Date;
  revokedAt?: Date;
  /** Set while Redis may still hold a copy of a session that is revoked. */
  copied?: true;
}

export const { make: newToken, hashOf } = createTokens('mrs_');

/** A session that begins now, with the event that says so. */
export function beginning(options: {
  user: User;
  origin: Origin;
  tokenHash: string;
  ttlMs: number;
  cause: { traceparent?: string };
  now?: number;
}): SessionDocument {
  const { user, origin, tokenHash, ttlMs, cause, now = Date.now() } = options;
  const document = {
    _id: randomUUID(),
    tokenHash,
    userId: user.userId,
    kind: user.kind,
    browser: origin.browser,
    address: origin.address,
    createdAt: new Date(now),
    expiresAt: new Date(now + ttlMs),
  };
  return { ...document, outbox: [{ ...started(document), ...cause }] };
}

/** A session of the record, as requests find it. */
export function toSession({ _id: sessionId, userId, kind, expiresAt }: SessionDocument): Session {
  return { sessionId, userId, kind, expiresAt: expiresAt.getTime() };
}

/** The event of a session's begin: the same whenever it is published. */
export function started({
  _id: sessionId,
  createdAt,
  ...session
}: Omit<SessionDocument, 'tokenHash' | 'expiresAt'>): OutboxRecord {
  const { userId, kind, browser, address } = session;
  return sessionStarted.recreate(
    { sessionId, userId, kind, browser, address },
    { eventId: sessionId, at: createdAt.getTime() },
  );
}

/** The end that a session gets by being used now, or undefined where it need not be written yet. */
export function renewed(session: Session, ttlMs: number, now = Date.now()): number | undefined {
  return session.expiresAt - now < ttlMs * RENEW_BELOW ? now + ttlMs : undefined;
}
