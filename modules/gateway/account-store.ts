/** Accounts in MongoDB. */
import type { Db } from 'mongodb';
import { isDuplicateKey, type ModuleContext } from '#host';
import { earlierKey, emailKey, type AccountDocument } from './account.ts';

export const accountIndexes = [{ name: 'email', key: { emailKey: 1 }, unique: true }];

export interface AccountStore {
  /** Stores a new account; false where the user or the email has one. */
  insert(account: AccountDocument): Promise<boolean>;
  /** The account of an email: the one that was made with this form of it, where two have forms of it. */
  findByEmail(email: string): Promise<AccountDocument | undefined>;
  /** The account of a user, if there is one. */
  find(userId: string): Promise<AccountDocument | null>;
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
    find: (userId) => accounts.findOne({ _id: userId }),
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
