/** Erasing a customer: account and sessions at once, and the word of it to whoever holds more. */
import { randomUUID } from 'node:crypto';
import type { Collection, IndexDescription } from 'mongodb';
import type { OutboxDocument, OutboxRecord } from '#host';
import { deleteAccount, findAccount } from './account-store.ts';
import { customerErased } from './events.ts';
import { sessionsOf, stripSessions } from './session-store.ts';
import { forgetRevoked } from './sessions.ts';
import type { Context } from './settings.ts';

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

const erasures = ({ db }: Context): Collection<ErasureDocument> =>
  db.collection<ErasureDocument>('erasures');

/**
 * Erases what the gateway holds of a user, whose sessions are over when this resolves, and tells all
 * others. The same again does no harm, and tells them again.
 *
 * @throws Error where a store is away; what was begun is then brought to its end by the task
 */
export async function eraseCustomer(context: Context, userId: string): Promise<void> {
  await context.pseudonyms.erase(userId, `erased-${randomUUID()}`, async (pseudonym) => {
    const now = new Date();
    const begun = await erasures(context).findOneAndUpdate(
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
    await eraseOwn(context, userId);
    const { requestedAt } = begun ?? { requestedAt: now };
    const outbox = [erased({ _id: pseudonym, userId, requestedAt })];
    await erasures(context).updateOne(
      { _id: pseudonym },
      { $unset: { open: '' }, $set: { outbox } },
    );
    await context.publish('erasures', [{ _id: pseudonym, outbox }]);
  });
}

/** Erases the account of a user, and all of the sessions but what keeps their tokens from counting. */
export async function eraseOwn(context: Context, userId: string): Promise<void> {
  await stripSessions(context, userId);
  await forgetRevoked(context);
  await deleteAccount(context, userId);
}

/** Ends what a crash or an outage has left half done. */
export async function endErasures(context: Context): Promise<void> {
  for await (const { userId } of erasures(context).find({ open: true }))
    await eraseCustomer(context, userId);
}

/** The events of all erasures that were asked for since then. */
export async function* erasedSince(context: Context, since: number): AsyncGenerator<OutboxRecord> {
  const found = erasures(context).find({ requestedAt: { $gte: new Date(since) } });
  for await (const document of found) yield erased(document);
}

/** All that the gateway holds of a user. */
export async function* personalData(context: Context, userId: string): AsyncGenerator<object> {
  const account = await findAccount(context, userId);
  if (account) {
    const { email, name, createdAt } = account;
    yield { record: 'account', email, name, createdAt };
  }
  for await (const session of sessionsOf(context, userId)) {
    const { _id: sessionId, kind, browser, address, createdAt, expiresAt, revokedAt } = session;
    const times = { createdAt, expiresAt, revokedAt };
    yield { record: 'session', sessionId, kind, browser, address, ...times };
  }
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
