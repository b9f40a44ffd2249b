/**
 * How often somebody may try to sign in. A sign-in is counted before the password is looked at, so
 * that however many come at the same time, only so many are checked; a success is taken back.
 */
import { DomainError, macOf, type ModuleContext } from '#host';
import { addTo } from './counter.ts';

/** The time in which sign-ins are counted, from the first one on, in ms. */
const WINDOW_MS = 15 * 60_000;
/** Several accounts may be used from one address. */
const ADDRESS_FACTOR = 10;

/** Not below zero, and not where the time is over: that would count from below, and for ever. */
const TAKE_BACK = `
if tonumber(redis.call('GET', KEYS[1]) or 0) > 0 then redis.call('DECR', KEYS[1]) end`;

export interface LoginThrottle {
  /**
   * Counts a sign-in from an address, and to an account where one is named.
   *
   * @throws DomainError 429; Error where Redis is away: what cannot be counted is not tried
   */
  count(address: string, emailKey?: string): Promise<void>;
  /** The sign-in was no guess: it does not count, nor do the failures before at this account. */
  succeed(address: string, emailKey?: string): Promise<void>;
}

/** Lets `max` sign-ins in the time fail for an account, and more from one address. */
export function createLoginThrottle(
  { redis, redisKey, secret }: Pick<ModuleContext, 'redis' | 'redisKey' | 'secret'>,
  max: number,
): LoginThrottle {
  const ofAddress = (address: string): string => redisKey(`attempts:address:${address}`);
  const ofAccount = (emailKey: string): string =>
    redisKey(`attempts:account:${macOf(secret, `account ${emailKey}`)}`);

  async function add(key: string, limit: number): Promise<void> {
    const { count, leftMs } = await addTo(redis, key, 1, WINDOW_MS);
    if (count <= limit) return;
    throw new DomainError(
      'too-many-requests',
      'too-many-attempts',
      'There were too many attempts; try again later.',
      { retryAfterS: Math.max(1, Math.ceil(leftMs / 1000)) },
    );
  }

  return {
    async count(address, emailKey) {
      await add(ofAddress(address), max * ADDRESS_FACTOR);
      if (emailKey !== undefined) await add(ofAccount(emailKey), max);
    },
    async succeed(address, emailKey) {
      await redis.eval(TAKE_BACK, 1, ofAddress(address));
      if (emailKey !== undefined) await redis.del(ofAccount(emailKey));
    },
  };
}
