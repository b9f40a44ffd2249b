/** What an account is: an email, by which it is found, the hash of a password, and whom to send to where. */
import { domainToASCII } from 'node:url';
import type { PasswordHash } from './password.ts';
import type { SavedAddress } from './schemas.ts';

/** Addresses that an account keeps at most. */
export const MAX_ADDRESSES = 10;

export interface AccountDocument {
  /** The id of its user, who may have been a guest before. */
  _id: string;
  email: string;
  /** The email as it is compared. */
  emailKey: string;
  name?: string;
  phone?: string;
  /** In the order in which they were added. */
  addresses?: SavedAddress[];
  password: PasswordHash;
  createdAt: Date;
}

/**
 * An email without what does not tell two apart: case, and whether its domain is written in letters of
 * any script or in those of the DNS (`bücher.example` is `xn--bcher-kva.example`).
 */
export function emailKey(email: string): string {
  const key = earlierKey(email);
  const at = key.lastIndexOf('@');
  const domain = key.slice(at + 1);
  // Of what is no domain, the function would read only the beginning, or decode it.
  const foreign = /[^\p{ASCII}]/u.test(domain) && !/[^\p{L}\p{N}\p{M}.。_-]/u.test(domain);
  const ascii = (foreign && domainToASCII(domain)) || domain;
  return key.slice(0, at + 1) + ascii.replace(/\.$/u, '');
}

/**
 * The key by which earlier versions stored an account. It is still the key of one whose {@link emailKey}
 * another account had first: then each is found by the form of the email that it was made with.
 */
export function earlierKey(email: string): string {
  return email.normalize('NFKC').toLowerCase();
}
