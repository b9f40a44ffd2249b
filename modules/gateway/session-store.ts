/** Sessions in MongoDB, which is the record of them. */
import type { ClientSession, Db } from 'mongodb';
import type { ModuleContext, OutboxRecord } from '#host';
import { started, toSession, type Session, type SessionDocument } from './session.ts';

/** Sessions that are taken from Redis at a time. */
const BATCH = 500;

export const sessionIndexes = [
  { name: 'token', key: { tokenHash: 1 }, unique: true },
  { name: 'created', key: { createdAt: 1 } },
  { name: 'user', key: { userId: 1 } },
  { name: 'expired', key: { expiresAt: 1 }, expireAfterSeconds: 0 },
  { name: 'copied', key: { copied: 1 }, partialFilterExpression: { copied: true } },
];

export interface SessionStore {
  /** Stores a session that begins, and publishes that it does. */
  insert(document: SessionDocument): Promise<void>;
  /** The session of a token, unless it is over or revoked. */
  find(tokenHash: string): Promise<Session | undefined>;
  /** Moves the end of a session; false where it was revoked meanwhile. */
  renew(sessionId: string, expiresAt: number): Promise<boolean>;
  /** Revokes a session, and notes that its copy in Redis is still to be forgotten. */
  revoke(sessionId: string): Promise<void>;
  /** Revokes all sessions of a user but one, in a transaction where one is given, as {@link revoke} does. */
  revokeOthers(userId: string, sessionId: string, transaction?: ClientSession): Promise<void>;
  /** The sessions of a user, those that are over included as long as they are kept. */
  ofUser(userId: string): AsyncIterable<SessionDocument>;
  /** The last sessions of a user, the newest first, at most `limit`. */
  lastOfUser(userId: string, limit: number): Promise<SessionDocument[]>;
  /**
   * Revokes all sessions of a user and leaves nothing of them but that their tokens do not count: a
   * Redis that was set back may have copies of them again.
   */
  strip(userId: string): Promise<void>;
  /** Notes for all sessions that were revoked since then that Redis may hold copies of them again. */
  noteCopies(since: number): Promise<void>;
  /** Revoked sessions whose copies are to be forgotten, some at a time; each comes until that is noted. */
  revokedCopies(): AsyncIterable<Pick<SessionDocument, '_id' | 'tokenHash'>[]>;
  noteForgotten(sessionIds: readonly string[]): Promise<void>;
  /** The events of all sessions that have begun since then, oldest first. */
  startedSince(since: number): AsyncIterable<OutboxRecord>;
}

export function createSessionStore(db: Db, publish: ModuleContext['publish']): SessionStore {
  const sessions = db.collection<SessionDocument>('sessions');
  return {
    async insert(document) {
      await sessions.insertOne(document);
      await publish('sessions', [document]);
    },
    async find(tokenHash) {
      const found = await sessions.findOne({
        tokenHash,
        revokedAt: { $exists: false },
        expiresAt: { $gt: new Date() },
      });
      return found ? toSession(found) : undefined;
    },
    async renew(sessionId, expiresAt) {
      const { matchedCount } = await sessions.updateOne(
        { _id: sessionId, revokedAt: { $exists: false } },
        { $max: { expiresAt: new Date(expiresAt) } },
      );
      return matchedCount === 1;
    },
    async revoke(sessionId) {
      await sessions.updateOne(
        { _id: sessionId },
        { $set: { revokedAt: new Date(), copied: true } },
      );
    },
    async revokeOthers(userId, sessionId, transaction) {
      await sessions.updateMany(
        { userId, _id: { $ne: sessionId }, revokedAt: { $exists: false } },
        { $set: { revokedAt: new Date(), copied: true } },
        { ...(transaction && { session: transaction }) },
      );
    },
    ofUser: (userId) => sessions.find({ userId }),
    lastOfUser: (userId, limit) =>
      sessions.find({ userId }).sort({ createdAt: -1 }).limit(limit).hint('user').toArray(),
    async strip(userId) {
      await sessions.updateMany(
        { userId },
        {
          $set: { revokedAt: new Date(), copied: true, outbox: [] },
          $unset: { userId: '', kind: '', browser: '', address: '', createdAt: '' },
        },
      );
    },
    async noteCopies(since) {
      await sessions.updateMany(
        { revokedAt: { $gte: new Date(since) } },
        { $set: { copied: true } },
      );
    },
    async *revokedCopies() {
      for (;;) {
        const found = await sessions
          .find({ copied: true }, { projection: { tokenHash: 1 }, limit: BATCH })
          .toArray();
        if (found.length === 0) return;
        yield found;
      }
    },
    async noteForgotten(sessionIds) {
      await sessions.updateMany({ _id: { $in: [...sessionIds] } }, { $unset: { copied: 1 } });
    },
    async *startedSince(since) {
      const found = sessions.find({ createdAt: { $gte: new Date(since) } }).sort({ createdAt: 1 });
      for await (const session of found) yield started(session);
    },
  };
}
