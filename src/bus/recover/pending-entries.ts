/** The pending entries list of a consumer group: renewing, claiming, counting, handing back. */
import {
  autoclaim,
  readConsumers,
  readDeliveries,
  type GroupRef,
  type RawEntry,
} from '../replies.ts';

/**
 * XCLAIM alone would take an entry back from the consumer that has claimed it meanwhile, so what
 * is its own is looked up first, in one script.
 */
const RENEW = `
local owned, from, rows = {}, '-', nil
repeat
  rows = redis.call('XPENDING', KEYS[1], ARGV[1], from, '+', 1000, ARGV[2])
  for _, row in ipairs(rows) do owned[row[1]] = true end
  from = #rows > 0 and '(' .. rows[#rows][1]
until #rows < 1000
local ours, lost = {}, {}
for i = 3, #ARGV do table.insert(owned[ARGV[i]] and ours or lost, ARGV[i]) end
for i = 1, #ours, 1000 do
  local some = {unpack(ours, i, math.min(i + 999, #ours))}
  some[#some + 1] = 'JUSTID'
  redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, unpack(some))
end
return lost`;

/** XGROUP DELCONSUMER drops what a consumer has pending (redis#11567), so it must hold nothing. */
const REMOVE_CONSUMER = `
local pending = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2])
if #pending > 0 then return 0 end
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
return 1`;

/** No entry has an id behind this one; the very last id of all means `>` to XREADGROUP. */
const BEHIND_ALL = '18446744073709551615-0';

/**
 * Makes Redis see a consumer that has nothing to do. Before 7.2 a blocked read that brings nothing
 * does not count as being alive (see `inactive` in XINFO CONSUMERS), reading one's own pending
 * entries does. It reads none, since that counts as a delivery and resets the idle time: an entry
 * whose delivery was lost on its way here could never be claimed then.
 */
export async function touch({ redis, stream, group, consumer }: GroupRef): Promise<void> {
  await redis.xreadgroup('GROUP', group, consumer, 'STREAMS', stream, BEHIND_ALL);
}

/** Keeps entries ours by resetting their idle time. Gives those that are no longer ours. */
export async function renew(ref: GroupRef, entryIds: readonly string[]): Promise<string[]> {
  if (entryIds.length === 0) return [];
  const lost = await ref.redis.eval(RENEW, 1, ref.stream, ref.group, ref.consumer, ...entryIds);
  return lost as string[];
}

/** Where looking for idle entries begins, and what it ends with. */
export const FROM_THE_FIRST = '0-0';

/**
 * Claims up to `count` entries that nobody has renewed for `idleMs`, from the id `from` on. One call
 * looks at so many entries at most (redis: ten for each that is asked for); `next` is where to go on.
 * `deliveries` says how often each was delivered so far.
 * Entries that were trimmed while pending are dropped from the list by Redis itself and counted in
 * `trimmed`.
 */
export async function claimIdle(
  ref: GroupRef,
  idleMs: number,
  count: number,
  from: string,
): Promise<{
  claimed: RawEntry[];
  deliveries: ReadonlyMap<string, number>;
  trimmed: number;
  next: string;
}> {
  const { next, entries: claimed, trimmed } = await autoclaim(ref, idleMs, count, from);
  const [first, last] = [claimed[0]?.[0], claimed.at(-1)?.[0]];
  // The ids between the first and the last may hold more than was claimed: our own, renewed ones.
  const deliveries =
    first === undefined || last === undefined
      ? new Map<string, number>()
      : await readDeliveries(ref, first, last);
  return { claimed, deliveries, trimmed, next };
}

/** Stores how often an entry was delivered, so that the count survives this process. */
export async function recordDeliveries(
  ref: GroupRef,
  entryId: string,
  deliveries: number,
): Promise<void> {
  const { redis, stream, group, consumer } = ref;
  const count = ['RETRYCOUNT', deliveries];
  await redis.call('XCLAIM', stream, group, consumer, 0, entryId, ...count, 'JUSTID');
}

/** Makes entries claimable by others at once, for a consumer that stops. */
export async function handBack(
  ref: GroupRef,
  entryIds: readonly string[],
  idleMs: number,
): Promise<void> {
  const { redis, stream, group, consumer } = ref;
  const ours = new Set(entryIds);
  for (const id of await renew(ref, entryIds)) ours.delete(id);
  if (ours.size === 0) return;
  await redis.call('XCLAIM', stream, group, consumer, 0, ...ours, 'IDLE', idleMs, 'JUSTID');
}

/** Deletes a consumer's name if it holds nothing. */
export async function removeConsumer(ref: GroupRef, consumer = ref.consumer): Promise<boolean> {
  return (await ref.redis.eval(REMOVE_CONSUMER, 1, ref.stream, ref.group, consumer)) === 1;
}

/** The names of other consumers that have not been seen for `idleMs`. */
export async function idleConsumers(ref: GroupRef, idleMs: number): Promise<string[]> {
  const rows = await readConsumers(ref.redis, ref.stream, ref.group);
  return rows
    .filter((row) => row.idleMs > idleMs && row.consumer !== ref.consumer)
    .map(({ consumer }) => consumer);
}
