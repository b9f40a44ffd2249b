/** Trimming: old entries go, unread ones never. */
import type { RedisClient } from '../connections.ts';
import { compareIds, IS_BEFORE } from '../replies.ts';
import type { StreamInfo } from './stream-info.ts';

/** How much of a stream is kept although every group has handled it. */
export interface Retention {
  /** Entries that are kept at least. */
  maxLength: number;
  /** The age from which entries may go though the stream is short, in ms; 0: none goes for its age. */
  maxAgeMs: number;
}

/** A group that was set back meanwhile wants entries again: then nothing goes, until the next look. */
const TRIM = `${IS_BEFORE}
for _, info in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  for i = 1, #info, 2 do
    if info[i] == 'last-delivered-id' and isBefore(info[i + 1], ARGV[1]) then return 0 end
  end
end
return redis.call('XTRIM', KEYS[1], 'MINID', '~', ARGV[2], 'LIMIT', ARGV[3])`;

/**
 * Removes entries that every group has acknowledged and that the retention does not ask for. `offsets`
 * are those of groups that are gone and may come back. Redis removes whole nodes of a stream, so a
 * few more may stay. Gives how many went.
 */
export async function trim(
  redis: RedisClient,
  key: string,
  { length, groups }: StreamInfo,
  { maxLength, maxAgeMs }: Retention,
  offsets: readonly string[] = [],
): Promise<number> {
  if (groups.length === 0) return 0;
  const [floor] = [...groups.map(({ acknowledgedUpTo }) => acknowledgedUpTo), ...offsets].toSorted(
    compareIds,
  ) as [string];
  const trimTo = async (id: string, limit: number): Promise<number> =>
    (await redis.eval(TRIM, 1, key, floor, id, limit)) as number;
  let removed = 0;
  if (length > maxLength) removed += await trimTo(floor, length - maxLength);
  if (maxAgeMs > 0) {
    const oldest = `${Date.now() - maxAgeMs}-0`;
    const before = compareIds(floor, oldest) < 0 ? floor : oldest;
    removed += await trimTo(before, 0);
  }
  return removed;
}
