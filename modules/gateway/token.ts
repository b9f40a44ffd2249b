/** Tokens: made at random, told apart by how they begin, and kept as hashes alone. */
import { hash, randomBytes } from 'node:crypto';

const BYTES = 32;

export interface Tokens {
  make: () => string;
  /** What a token is looked up by, or undefined where the text is none of this kind. */
  hashOf: (text: string) => string | undefined;
}

/** Tokens that begin like this: letters and `_`. */
export function createTokens(prefix: string): Tokens {
  const form = new RegExp(`^${prefix}[A-Za-z0-9_-]{43}$`);
  return {
    make: () => prefix + randomBytes(BYTES).toString('base64url'),
    hashOf: (text) => (form.test(text) ? hash('sha256', text, 'base64url') : undefined),
  };
}
