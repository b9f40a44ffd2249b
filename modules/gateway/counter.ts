/** Counts in Redis of what is done within a time, which begins with the first. */
import type { ModuleContext } from '#host';

const COUNT = `
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
if count == tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return {count, redis.call('PTTL', KEYS[1])}`;

/**
 * Adds to a count of all processes. Gives what it is then, and how long it still counts, in ms.
 *
 * @throws Error where Redis is away
 */
export async function addTo(
  redis: ModuleContext['redis'],
  key: string,
  added: number,
  windowMs: number,
): Promise<{ count: number; leftMs: number }> {
  const [count, leftMs] = (await redis.eval(COUNT, 1, key, added, windowMs)) as [number, number];
  return { count, leftMs };
}
