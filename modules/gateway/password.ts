/** Passwords: hashed by scrypt, which costs an attacker time and memory, and us too. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { DomainError } from '#host';

/** How many are hashed at the same time: half of the threads that files and name look-ups need too. */
const AT_ONCE = 2;
/** How many may wait for their turn; a sign-in that comes then is told to try again. */
const WAITING = 200;

/** One of the settings that OWASP recommends: 16 MiB, five passes. */
const COST = { N: 2 ** 14, r: 8, p: 5 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;

/** A hash, with all that is needed to make it again. */
export interface PasswordHash {
  N: number;
  r: number;
  p: number;
  /** In base64. */
  salt: string;
  key: string;
}

/**
 * Hashes a new password with a salt of its own.
 *
 * @throws DomainError 503 where too many are being hashed
 */
export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, COST);
  return { ...COST, salt: salt.toString('base64'), key: key.toString('base64') };
}

/**
 * Whether a password is the one of the hash. Without a hash it is not, after the same work: who asks
 * must not learn by the time whether there is an account.
 *
 * @throws DomainError 503 where too many are being hashed
 */
export async function isPassword(
  password: string,
  hash: PasswordHash | undefined,
): Promise<boolean> {
  const { salt, key, ...cost } = hash ?? NOBODY;
  const derived = await derive(password, Buffer.from(salt, 'base64'), cost);
  return timingSafeEqual(derived, Buffer.from(key, 'base64')) && hash !== undefined;
}

const NOBODY: PasswordHash = {
  ...COST,
  salt: Buffer.alloc(SALT_BYTES).toString('base64'),
  key: Buffer.alloc(KEY_BYTES).toString('base64'),
};

type Cost = Pick<PasswordHash, 'N' | 'r' | 'p'>;

function derive(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  // One password may be typed in several forms of the same letters.
  const text = password.normalize('NFKC');
  // scrypt needs 128 * N * r bytes, which Node.js allows only where it is told.
  const options = { ...cost, maxmem: 256 * cost.N * cost.r };
  return inTurn(
    () =>
      new Promise((resolve, reject) => {
        scrypt(text, salt, KEY_BYTES, options, (error, key) => {
          if (error) reject(error);
          else resolve(key);
        });
      }),
  );
}

let running = 0;
const waiting: (() => void)[] = [];

/** Runs some at a time; whoever ends hands its place to the one that has waited longest. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running < AT_ONCE) running += 1;
  else if (waiting.length < WAITING) await new Promise<void>((resolve) => waiting.push(resolve));
  else throw new DomainError('unavailable', 'busy', 'Too many are signing in; try again soon.');
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}
