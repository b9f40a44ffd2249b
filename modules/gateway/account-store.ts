/** Accounts in MongoDB. */
import type { ClientSession, Db } from 'mongodb';
import { isDuplicateKey, type ModuleContext } from '#host';
import { Address } from '../address.ts';
import { earlierKey, emailKey, MAX_ADDRESSES, type AccountDocument } from './account.ts';
import type { PasswordHash } from './password.ts';
import type { ProfileChange, SavedAddress } from './schemas.ts';

export const accountIndexes = [{ name: 'email', key: { emailKey: 1 }, unique: true }];

/** Sorts after all that may follow the beginning of a key. */
const LAST = '\u{10ffff}';

export interface AccountStore {
  /** Stores a new account; false where the user or the email has one. */
  insert(account: AccountDocument): Promise<boolean>;
  /** The account of an email: the one that was made with this form of it, where two have forms of it. */
  findByEmail(email: string): Promise<AccountDocument | undefined>;
  /** Up to `limit` accounts whose email begins so, by the email. */
  search(email: string, limit: number): Promise<AccountDocument[]>;
  /** The account of a user, if there is one. */
  find(userId: string): Promise<AccountDocument | null>;
  /** Changes what is given, and removes what is null; gives the account as it is then, if there is one. */
  change(userId: string, change: ProfileChange): Promise<AccountDocument | null>;
  /** Replaces a password, in a transaction; false where it is no longer the one before. */
  changePassword(
    userId: string,
    { from, to }: Record<'from' | 'to', PasswordHash>,
    session: ClientSession,
  ): Promise<boolean>;
  /** Adds an address; false where there is no account, no room for more, or the same address already. */
  addAddress(userId: string, address: SavedAddress): Promise<boolean>;
  /** Puts an address in the place of the one with its id; false where there is none. */
  replaceAddress(userId: string, address: SavedAddress): Promise<boolean>;
  /** Removes an address; false where there is none. */
  removeAddress(userId: string, addressId: string): Promise<boolean>;
  remove(userId: string): Promise<void>;
  /**
   * Gives accounts of earlier versions the key that their email has now. Several processes may do it at
   * once. Where another account has the key already, both stay as they are.
   */
  migrate(log: ModuleContext['log']): Promise<void>;
}

export function createAccountStore(db: Db): AccountStore {
  const accounts = db.collection<AccountDocument>('accounts');
  return {
    async insert(account) {
      try {
        await accounts.insertOne(account);
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    async findByEmail(email) {
      const earlier = earlierKey(email);
      const found = await accounts
        .find({ emailKey: { $in: [earlier, emailKey(email)] } })
        .toArray();
      return found.find((account) => account.emailKey === earlier) ?? found[0];
    },
    search(email, limit) {
      if (email === '') return Promise.resolve([]);
      const beginnings = new Set([earlierKey(email), emailKey(email)]);
      const ranges = [...beginnings].map((key) => ({ emailKey: { $gte: key, $lt: key + LAST } }));
      return accounts.find({ $or: ranges }).sort({ emailKey: 1 }).limit(limit).toArray();
    },
    find: (userId) => accounts.findOne({ _id: userId }),
    change(userId, change) {
      const entries = Object.entries(change);
      const $set = Object.fromEntries(entries.filter(([, value]) => value !== null));
      const removed = entries.filter(([, value]) => value === null);
      const $unset = Object.fromEntries(removed.map(([field]) => [field, true as const]));
      return accounts.findOneAndUpdate(
        { _id: userId },
        { $set, $unset },
        { returnDocument: 'after' },
      );
    },
    async changePassword(userId, { from, to }, session) {
      const { matchedCount } = await accounts.updateOne(
        { _id: userId, 'password.key': from.key },
        { $set: { password: to } },
        { session },
      );
      return matchedCount === 1;
    },
    async addAddress(userId, address) {
      const { matchedCount } = await accounts.updateOne(
        {
          _id: userId,
          [`addresses.${MAX_ADDRESSES - 1}`]: { $exists: false },
          addresses: { $not: { $elemMatch: sameAs(address) } },
        },
        { $push: { addresses: address } },
      );
      return matchedCount === 1;
    },
    async replaceAddress(userId, address) {
      const { matchedCount } = await accounts.updateOne(
        { _id: userId, 'addresses.addressId': address.addressId },
        { $set: { 'addresses.$': address } },
      );
      return matchedCount === 1;
    },
    async removeAddress(userId, addressId) {
      const { modifiedCount } = await accounts.updateOne(
        { _id: userId },
        { $pull: { addresses: { addressId } } },
      );
      return modifiedCount === 1;
    },
    async remove(userId) {
      await accounts.deleteOne({ _id: userId });
    },
    async migrate(log) {
      const outdated = accounts.find(
        { emailKey: { $regex: '@.*[^\\x00-\\x7f]|\\.$' } },
        { projection: { email: 1, emailKey: 1 } },
      );
      let shared = 0;
      for await (const { _id, email, emailKey: before } of outdated) {
        const after = emailKey(email);
        if (after === before) continue;
        try {
          await accounts.updateOne({ _id }, { $set: { emailKey: after } });
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
          shared += 1;
        }
      }
      if (shared > 0)
        log.warn(
          { accounts: shared },
          'two accounts have one email in two forms; each is signed in to by the form it was made with',
        );
    },
  };
}

/** What the same address has, whatever its id. */
function sameAs(address: Address): Record<string, unknown> {
  const fields = Object.keys(Address.properties) as (keyof Address)[];
  return Object.fromEntries(fields.map((field) => [field, address[field] ?? { $exists: false }]));
}
