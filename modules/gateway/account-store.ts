/** Accounts in MongoDB. */
import type { Collection } from 'mongodb';
import { isDuplicateKey } from '#host';
import { earlierKey, emailKey, type AccountDocument } from './account.ts';
import type { Context } from './settings.ts';

export const accountIndexes = [{ name: 'email', key: { emailKey: 1 }, unique: true }];

const accounts = ({ db }: Context): Collection<AccountDocument> =>
  db.collection<AccountDocument>('accounts');

/** Stores a new account; false where the user or the email has one. */
export async function insertAccount(context: Context, account: AccountDocument): Promise<boolean> {
  try {
    await accounts(context).insertOne(account);
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

/** The account of an email: the one that was made with this form of it, where two have forms of it. */
export async function findByEmail(
  context: Context,
  email: string,
): Promise<AccountDocument | undefined> {
  const earlier = earlierKey(email);
  const found = await accounts(context)
    .find({ emailKey: { $in: [earlier, emailKey(email)] } })
    .toArray();
  return found.find((account) => account.emailKey === earlier) ?? found[0];
}

/**
 * Gives accounts of earlier versions the key that their email has now. Several processes may do it at
 * once. Where another account has the key already, both stay as they are.
 */
export async function upgradeAccounts(context: Context): Promise<void> {
  const outdated = accounts(context).find(
    { emailKey: { $regex: '@.*[^\\x00-\\x7f]|\\.$' } },
    { projection: { email: 1, emailKey: 1 } },
  );
  let shared = 0;
  for await (const { _id, email, emailKey: before } of outdated) {
    const after = emailKey(email);
    if (after === before) continue;
    try {
      await accounts(context).updateOne({ _id }, { $set: { emailKey: after } });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      shared += 1;
    }
  }
  if (shared > 0)
    context.log.warn(
      { accounts: shared },
      'two accounts have one email in two forms; each is signed in to by the form it was made with',
    );
}

/** The account of a user, if there is one. */
export function findAccount(context: Context, userId: string): Promise<AccountDocument | null> {
  return accounts(context).findOne({ _id: userId });
}

export async function deleteAccount(context: Context, userId: string): Promise<void> {
  await accounts(context).deleteOne({ _id: userId });
}
