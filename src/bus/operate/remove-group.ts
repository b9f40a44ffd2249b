/**
 * Removing a group that nobody reads any more, with all that is kept for it; and what is pending in a group, by
 * consumer, which tells whether somebody reads it.
 */
import { keyBeside, type RedisClient } from '../connections.ts';
import { deadLetterStream } from '../recover/dead-letter.ts';
import { readConsumers, readGroups, readPendingRows, type PendingRow } from '../replies.ts';
import { pausedKey } from './pauses.ts';

/** Pending entries that are looked at: the oldest. */
const MAX_PENDING = 1000;
/** Consumers that are told apart: those that have most pending. */
const MAX_CONSUMERS = 100;

export interface GroupDetail {
  group: string;
  /** The id up to which it was given entries. */
  lastDelivered: string;
  /** Entries that it has not been given yet; null where Redis cannot say. */
  lag: number | null;
  pending: number;
  /** How many consumers there are; `consumers` has those that have most pending. */
  consumerCount: number;
  consumers: ConsumerDetail[];
  /** The oldest pending entries. */
  oldest: PendingRow[];
}

export interface ConsumerDetail {
  consumer: string;
  pending: number;
  /** How long ago it last spoke to Redis, in ms. */
  idleMs: number;
  /** Of its entries among the oldest of the group: the longest time without a renewal, and the most deliveries. */
  oldestIdleMs: number | null;
  maxDeliveries: number | null;
}

/** What is pending in a group, or undefined where there is none. */
export async function inspectPending(
  redis: RedisClient,
  stream: string,
  group: string,
): Promise<GroupDetail | undefined> {
  const row = (await readGroups(redis, stream)).find((one) => one.group === group);
  if (!row) return undefined;
  const { lastDelivered, lag, pending } = row;
  const [all, oldest] = await Promise.all([
    readConsumers(redis, stream, group),
    readPendingRows(redis, stream, group, MAX_PENDING),
  ]);
  const byConsumer = Map.groupBy(oldest, ({ consumer }) => consumer);
  const consumers = all
    .toSorted((a, b) => b.pending - a.pending || a.idleMs - b.idleMs)
    .slice(0, MAX_CONSUMERS)
    .map((one) => {
      const rows = byConsumer.get(one.consumer);
      return {
        ...one,
        oldestIdleMs: rows ? Math.max(...rows.map(({ idleMs }) => idleMs)) : null,
        maxDeliveries: rows ? Math.max(...rows.map(({ deliveries }) => deliveries)) : null,
      };
    });
  return { group, lastDelivered, lag, pending, consumerCount: all.length, consumers, oldest };
}

/** What stands against it is looked for in Redis, as one with the removal: a consumer may come back meanwhile. */
const REMOVE = `
local group, last, pending, aliveMs = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local found = false
for _, list in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local info = {}
  for i = 1, #list, 2 do info[list[i]] = list[i + 1] end
  if info.name == group then found = info end
end
if not found then return 'gone' end
for _, list in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], group)) do
  for i = 1, #list, 2 do if list[i] == 'idle' and list[i + 1] < aliveMs then return 'alive' end end
end
if redis.call('XLEN', KEYS[4]) > 0 then return 'dead-letters' end
if found['last-delivered-id'] ~= last or found.pending ~= pending then return 'changed' end
redis.call('XGROUP', 'DESTROY', KEYS[1], group)
redis.call('HDEL', KEYS[2], group)
redis.call('HDEL', KEYS[3], group)
return 'removed'`;

/**
 * What became of removing a group: its dead letters must be decided about before, and one that has changed was
 * not looked at.
 */
export type Removal = 'removed' | 'gone' | 'alive' | 'dead-letters' | 'changed';

/**
 * Removes a group that is as it was looked at, its offset and its pause; one that has a consumer which spoke to
 * Redis within `aliveMs` stays.
 */
export async function removeGroup(
  redis: RedisClient,
  stream: string,
  group: string,
  looked: Pick<GroupDetail, 'lastDelivered' | 'pending'>,
  aliveMs: number,
): Promise<Removal> {
  const removal = await redis.eval(
    REMOVE,
    4,
    stream,
    keyBeside(stream, 'positions'),
    pausedKey(stream),
    deadLetterStream(stream, group),
    group,
    looked.lastDelivered,
    looked.pending,
    aliveMs,
  );
  return removal as Removal;
}
