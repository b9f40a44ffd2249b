/** Trimming: old entries go, unread ones never. */
import type { Redis } from 'ioredis';
import { compareIds } from './ids.ts';
import type { StreamState } from './inspect.ts';

/** How much of a stream is kept although every group has handled it. */
export interface Retention {
  /** Entries that are kept at least. */
  maxLength: number;
  /** The age from which entries may go though the stream is short, in ms; 0: none goes for its age. */
  maxAgeMs: number;
}

/**
 * Removes entries that every group has acknowledged and that the retention does not ask for. Redis
 * removes whole nodes of a stream, so a few more may stay. Gives how many went.
 */
export async function trim(
  redis: Redis,
  key: string,
  { length, groups }: StreamState,
  { maxLength, maxAgeMs }: Retention,
): Promise<number> {
  const floor = groups.map(({ acknowledgedUpTo }) => acknowledgedUpTo).toSorted(compareIds)[0];
  if (floor === undefined) return 0;
  let removed = 0;
  if (length > maxLength)
    removed += await redis.xtrim(key, 'MINID', '~', floor, 'LIMIT', length - maxLength);
  if (maxAgeMs > 0) {
    const oldest = `${Date.now() - maxAgeMs}-0`;
    removed += await redis.xtrim(
      key,
      'MINID',
      '~',
      compareIds(floor, oldest) < 0 ? floor : oldest,
      'LIMIT',
      0,
    );
  }
  return removed;
}
