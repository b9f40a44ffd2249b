/** Erasing a customer: account and sessions at once, and the word of it to whoever holds more. */
import { randomUUID } from 'node:crypto';
import type { IndexDescription } from 'mongodb';
import type { ModuleContext, OutboxDocument, OutboxRecord } from '#host';
import type { AccountStore } from './account-store.ts';
import { customerErased } from './events.ts';
import type { SessionStore } from './session-store.ts';
import type { Sessions } from './sessions.ts';

/** How long an erasure is published again where Redis has lost it, in ms: the month that the law gives. */
const REMEMBERED_MS = 30 * 86_400_000;

interface ErasureDocument extends OutboxDocument {
  /** The pseudonym. */
  _id: string;
  userId: string;
  requestedAt: Date;
  /** Set until the account and the sessions are gone. */
  open?: true;
  /** The document goes then, and with it what leads from the user's id to the pseudonym. */
  expiresAt: Date;
}

export const erasureIndexes: IndexDescription[] = [
  { name: 'requested', key: { requestedAt: 1 } },
  { name: 'open', key: { open: 1 }, partialFilterExpression: { open: true } },
  { name: 'expired', key: { expiresAt: 1 }, expireAfterSeconds: 0 },
];

export interface Erasures {
  /**
   * Erases what the gateway holds of a user, whose sessions are over when this resolves, and publishes
   * it for all others. The same again does no harm, and publishes it again.
   *
   * @throws Error where a store is away; what was begun is then brought to its end by the job
   */
  erase(userId: string): Promise<void>;
  /** Erases the account of a user, and all of the sessions but what keeps their tokens from counting. */
  eraseOwn(userId: string): Promise<void>;
  /** Ends what a crash or an outage has left half done. */
  finish(): Promise<void>;
  /** The events of all erasures that were asked for since then. */
  since(since: number): AsyncIterable<OutboxRecord>;
  /** All that the gateway holds of a user. */
  personalData(userId: string): AsyncIterable<object>;
}

export function createErasures(
  { db, publish, pseudonyms }: Pick<ModuleContext, 'db' | 'publish' | 'pseudonyms'>,
  {
    accounts,
    store,
    sessions,
  }: { accounts: AccountStore; store: SessionStore; sessions: Sessions },
): Erasures {
  const erasures = db.collection<ErasureDocument>('erasures');

  async function eraseOwn(userId: string): Promise<void> {
    await store.strip(userId);
    await sessions.forgetRevoked();
    await accounts.remove(userId);
  }

  async function erase(userId: string): Promise<void> {
    await pseudonyms.erase(userId, `erased-${randomUUID()}`, async (pseudonym) => {
      const now = new Date();
      const begun = await erasures.findOneAndUpdate(
        { _id: pseudonym },
        {
          $setOnInsert: {
            userId,
            requestedAt: now,
            expiresAt: new Date(now.getTime() + REMEMBERED_MS),
          },
          $set: { open: true },
        },
        { upsert: true, returnDocument: 'after' },
      );
      await eraseOwn(userId);
      const { requestedAt } = begun ?? { requestedAt: now };
      const outbox = [erased({ _id: pseudonym, userId, requestedAt })];
      await erasures.updateOne({ _id: pseudonym }, { $unset: { open: '' }, $set: { outbox } });
      await publish('erasures', [{ _id: pseudonym, outbox }]);
    });
  }

  return {
    erase,
    eraseOwn,
    async finish() {
      for await (const { userId } of erasures.find({ open: true })) await erase(userId);
    },
    async *since(since) {
      const found = erasures.find({ requestedAt: { $gte: new Date(since) } });
      for await (const document of found) yield erased(document);
    },
    async *personalData(userId) {
      const account = await accounts.find(userId);
      if (account) {
        const { email, name, phone, addresses, createdAt } = account;
        yield { record: 'account', email, name, phone, addresses, createdAt };
      }
      for await (const session of store.ofUser(userId)) {
        const { _id: sessionId, kind, browser, address, createdAt, expiresAt, revokedAt } = session;
        const times = { createdAt, expiresAt, revokedAt };
        yield { record: 'session', sessionId, kind, browser, address, ...times };
      }
    },
  };
}

function erased({
  _id: pseudonym,
  userId,
  requestedAt,
}: Pick<ErasureDocument, '_id' | 'userId' | 'requestedAt'>): OutboxRecord {
  return customerErased.recreate(
    { userId, pseudonym },
    { eventId: pseudonym, at: requestedAt.getTime() },
  );
}
