/** Accounts in MongoDB. */
import type { Collection } from 'mongodb';
import { isDuplicateKey, type ModuleContext } from '#host';
import { emailKey, type AccountDocument } from './account.ts';

export const accountIndexes = [{ name: 'email', key: { emailKey: 1 }, unique: true }];

const accounts = ({ db }: ModuleContext): Collection<AccountDocument> =>
  db.collection<AccountDocument>('accounts');

/** Stores a new account; false where the user or the email has one. */
export async function insertAccount(
  context: ModuleContext,
  account: AccountDocument,
): Promise<boolean> {
  try {
    await accounts(context).insertOne(account);
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

export function findByEmail(
  context: ModuleContext,
  email: string,
): Promise<AccountDocument | null> {
  return accounts(context).findOne({ emailKey: emailKey(email) });
}

/** The email of a user's account, if there is one. */
export async function emailOf(context: ModuleContext, userId: string): Promise<string | undefined> {
  const found = await accounts(context).findOne({ _id: userId }, { projection: { email: 1 } });
  return found?.email;
}
