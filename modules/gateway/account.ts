/** What an account is: an email, by which it is found, and the hash of a password. */
import type { PasswordHash } from './password.ts';

export interface AccountDocument {
  /** The id of its user, who may have been a guest before. */
  _id: string;
  email: string;
  /** The email as it is compared. */
  emailKey: string;
  name?: string;
  password: PasswordHash;
  createdAt: Date;
}

/** An email without what does not tell two apart. */
export function emailKey(email: string): string {
  return email.normalize('NFKC').toLowerCase();
}
