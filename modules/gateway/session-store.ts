/** Sessions in MongoDB, which is the record of them. */
import type { Collection, FindCursor } from 'mongodb';
import type { OutboxRecord } from '#host';
import { started, toSession, type Session, type SessionDocument } from './session.ts';
import type { Context } from './settings.ts';

/** Sessions that are taken from Redis at a time. */
const BATCH = 500;

export const sessionIndexes = [
  { name: 'token', key: { tokenHash: 1 }, unique: true },
  { name: 'created', key: { createdAt: 1 } },
  { name: 'user', key: { userId: 1 } },
  { name: 'expired', key: { expiresAt: 1 }, expireAfterSeconds: 0 },
  { name: 'copied', key: { copied: 1 }, partialFilterExpression: { copied: true } },
];

const sessions = ({ db }: Context): Collection<SessionDocument> =>
  db.collection<SessionDocument>('sessions');

export async function insertSession(context: Context, document: SessionDocument): Promise<void> {
  await sessions(context).insertOne(document);
  await context.publish('sessions', [document]);
}

/** The session of a token, unless it is over or revoked. */
export async function findSession(
  context: Context,
  tokenHash: string,
): Promise<Session | undefined> {
  const found = await sessions(context).findOne({
    tokenHash,
    revokedAt: { $exists: false },
    expiresAt: { $gt: new Date() },
  });
  return found ? toSession(found) : undefined;
}

/** Moves the end of a session; false where it was revoked meanwhile. */
export async function renewSession(
  context: Context,
  sessionId: string,
  expiresAt: number,
): Promise<boolean> {
  const { matchedCount } = await sessions(context).updateOne(
    { _id: sessionId, revokedAt: { $exists: false } },
    { $max: { expiresAt: new Date(expiresAt) } },
  );
  return matchedCount === 1;
}

/** Revokes a session, and notes that its copy in Redis is still to be forgotten. */
export async function revokeSession(context: Context, sessionId: string): Promise<void> {
  await sessions(context).updateOne(
    { _id: sessionId },
    { $set: { revokedAt: new Date(), copied: true } },
  );
}

/** The sessions of a user, those that are over included as long as they are kept. */
export function sessionsOf(context: Context, userId: string): FindCursor<SessionDocument> {
  return sessions(context).find({ userId });
}

/**
 * Revokes all sessions of a user and leaves nothing of them but that their tokens do not count: a
 * Redis that was set back may have copies of them again.
 */
export async function stripSessions(context: Context, userId: string): Promise<void> {
  await sessions(context).updateMany(
    { userId },
    {
      $set: { revokedAt: new Date(), copied: true, outbox: [] },
      $unset: { userId: '', kind: '', browser: '', address: '', createdAt: '' },
    },
  );
}

/** Notes for all sessions that were revoked since then that Redis may hold copies of them again. */
export async function noteCopies(context: Context, since: number): Promise<void> {
  await sessions(context).updateMany(
    { revokedAt: { $gte: new Date(since) } },
    { $set: { copied: true } },
  );
}

/** Revoked sessions whose copies are to be forgotten, some at a time; each comes until that is noted. */
export async function* revokedCopies(
  context: Context,
): AsyncGenerator<Pick<SessionDocument, '_id' | 'tokenHash'>[]> {
  for (;;) {
    const found = await sessions(context)
      .find({ copied: true }, { projection: { tokenHash: 1 }, limit: BATCH })
      .toArray();
    if (found.length === 0) return;
    yield found;
  }
}

export async function noteForgotten(
  context: Context,
  sessionIds: readonly string[],
): Promise<void> {
  await sessions(context).updateMany({ _id: { $in: [...sessionIds] } }, { $unset: { copied: 1 } });
}

/** The events of all sessions that have begun since then, oldest first. */
export async function* startedSince(context: Context, since: number): AsyncGenerator<OutboxRecord> {
  const found = sessions(context)
    .find({ createdAt: { $gte: new Date(since) } })
    .sort({ createdAt: 1 });
  for await (const session of found) yield started(session);
}
