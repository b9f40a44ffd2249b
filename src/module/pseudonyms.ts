/** Users whose data a module has erased, and the pseudonyms that stand in their place there. */
import type { Collection, Db } from 'mongodb';
import { groupCommit, type Event } from '../bus/index.ts';
import { findOrInsert } from '../stores/mongodb.ts';
import { macOf } from '../runtime/secrets.ts';

/** The collection, in the module's own database. */
export const ERASED = 'erased';

interface ErasedDocument {
  /** A keyed hash of the user's id, which alone is found by it. */
  _id: string;
  pseudonym: string;
  /** When nothing of the user was left; absent while that is under way. */
  doneAt?: Date;
}

export interface Pseudonyms {
  /**
   * Has `replace` put a pseudonym in the place of a user in all that is stored, and remembers it for
   * what comes late. Of two pseudonyms for one user the first counts.
   */
  erase(
    userId: string,
    pseudonym: string,
    replace: (pseudonym: string) => Promise<void>,
  ): Promise<void>;
  /**
   * The pseudonyms of those of the users who are erased. To be asked for after something was stored
   * for them: an erasure that is not seen here has not looked yet, and finds what was stored. Who ask
   * at the same time share one look.
   */
  of(userIds: Iterable<string>): Promise<Map<string, string>>;
  /** Whether all that was stored of a user is erased. */
  isErased(userId: string): Promise<boolean>;
}

/**
 * What an update sets so that the events in the outbox of a document say the pseudonym, and nothing of
 * the given fields: what was not published yet must not tell of the user.
 */
export function outboxUnder(pseudonym: string, without: readonly string[] = []): object {
  const named = { $setField: { field: 'userId', input: '$$this', value: { $literal: pseudonym } } };
  const bare = without.reduce<object>((input, field) => ({ $unsetField: { field, input } }), named);
  return { $map: { input: { $ifNull: ['$outbox', []] }, as: 'this', in: bare } };
}

/** The pseudonyms of the module whose database and secret these are. */
export function createPseudonyms(db: Db, secret: Buffer): Pseudonyms {
  const erased: Collection<ErasedDocument> = db.collection(ERASED);
  const hashOf = (userId: string): string => macOf(secret, `erased ${userId}`);

  const find = groupCommit<string, string | undefined>(async (hashes) => {
    const found = await erased.find({ _id: { $in: [...new Set(hashes)] } }).toArray();
    const pseudonyms = new Map(found.map(({ _id, pseudonym }) => [_id, pseudonym]));
    return hashes.map((_id) => pseudonyms.get(_id));
  });

  return {
    async erase(userId, pseudonym, replace) {
      const _id = hashOf(userId);
      const noted = await findOrInsert(erased, _id, { pseudonym });
      await replace(noted.pseudonym);
      await erased.updateOne({ _id }, { $set: { doneAt: new Date() } });
    },
    async of(userIds) {
      const found = new Map<string, string>();
      const ask = async (userId: string): Promise<void> => {
        const pseudonym = await find(hashOf(userId));
        if (pseudonym !== undefined) found.set(userId, pseudonym);
      };
      await Promise.all([...new Set(userIds)].map(ask));
      return found;
    },
    async isErased(userId) {
      return (await erased.findOne({ _id: hashOf(userId) }))?.doneAt !== undefined;
    },
  };
}

export interface Erasure {
  /** Handles `customer.erased`. */
  readonly eraseCustomers: (
    events: Event<{ userId: string; pseudonym: string }>[],
  ) => Promise<void>;
  /**
   * Has what was just stored for these users go on without those of them who are erased. Gives whether
   * any is.
   */
  readonly eraseAgain: (userIds: Iterable<string>) => Promise<boolean>;
}

/**
 * Makes what a module erases its customers by, of a function that puts a pseudonym in the place of a
 * user in all that the module stores.
 */
export function createErasure(
  pseudonyms: Pseudonyms,
  replace: (userId: string, pseudonym: string) => Promise<void>,
): Erasure {
  return {
    async eraseCustomers(events) {
      for (const { data } of events)
        await pseudonyms.erase(data.userId, data.pseudonym, (pseudonym) =>
          replace(data.userId, pseudonym),
        );
    },
    async eraseAgain(userIds) {
      const erased = await pseudonyms.of(userIds);
      for (const [userId, pseudonym] of erased) await replace(userId, pseudonym);
      return erased.size > 0;
    },
  };
}
