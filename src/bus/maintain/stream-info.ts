/** The state of a stream and its groups, for trimming, for the operator and for metrics. */
import type { RedisClient } from '../connections.ts';
import {
  compareIds,
  idBefore,
  readConsumers,
  readGroups,
  readPending,
  readStreamInfo,
  timeOf,
  type GroupRow,
} from '../replies.ts';

export interface GroupInfo {
  group: string;
  consumers: number;
  /** Entries given to consumers and not acknowledged. */
  pending: number;
  /** Entries that were ever given to it and are acknowledged; null where Redis cannot say. */
  acknowledged: number | null;
  /** Entries that the group has not been given yet; null where Redis cannot say. */
  lag: number | null;
  /** The id up to which every entry is acknowledged. */
  acknowledgedUpTo: string;
  /** Since when the oldest unacknowledged entry exists, in ms since the epoch; null where all is done. */
  oldestUnacknowledgedAt: number | null;
  /** How long ago a consumer of the group last spoke to Redis, in ms; null where it has none, or all is done. */
  silentMs: number | null;
  /** Since when the group is paused, in ms since the epoch; null where it is not. */
  pausedAt: number | null;
}

export interface StreamInfo {
  length: number;
  /** The id of the newest entry that ever was. */
  lastId: string;
  /** How many entries there ever were. */
  added: number;
  groups: GroupInfo[];
}

/** How Redis says that there is no such stream, or no such group of it. */
const GONE = /^(ERR no such key|NOGROUP)/;

/**
 * Reads the state of a stream, or undefined where there is no such stream. What is removed meanwhile
 * counts as not there. `paused` has the groups that are paused, for whoever wants to know.
 */
export async function inspectStream(
  redis: RedisClient,
  key: string,
  paused: ReadonlyMap<string, number> = new Map(),
): Promise<StreamInfo | undefined> {
  const info = await unlessGone(() => inspect(redis, key));
  for (const group of info?.groups ?? []) group.pausedAt = paused.get(group.group) ?? null;
  return info;
}

async function inspect(redis: RedisClient, key: string): Promise<StreamInfo> {
  const stream = await readStreamInfo(redis, key);
  const { length, lastId } = stream;
  // Before the pending entries: what is delivered meanwhile then only makes an offset look older.
  const rows = await readGroups(redis, key);
  const groups = await Promise.all(
    rows.map((row) => unlessGone(() => inspectGroup(redis, key, row, lagOf(row, length, lastId)))),
  );
  return { ...stream, groups: groups.filter((group) => group !== undefined) };
}

async function unlessGone<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && GONE.test(error.message)) return undefined;
    throw error;
  }
}

/**
 * Redis counts the entries that a group was given, which goes wrong where the count was not kept, say
 * over a restart. It may be too high then, but no higher than what there is.
 */
function lagOf({ lag, lastDelivered }: GroupRow, length: number, lastId: string): number | null {
  if (compareIds(lastDelivered, lastId) >= 0) return 0;
  return lag === null ? null : Math.min(lag, length);
}

async function inspectGroup(
  redis: RedisClient,
  key: string,
  { group, consumers, pending, lastDelivered, delivered }: GroupRow,
  lag: number | null,
): Promise<GroupInfo> {
  const { count, first } =
    pending === 0 ? { count: 0, first: null } : await readPending(redis, key, group);
  const isDone = count === 0 && lag === 0;
  const idle = isDone ? [] : await readConsumers(redis, key, group);
  // Of a group that was set back, what is pending may be newer than what it is given again.
  const isNext = first !== null && compareIds(first, lastDelivered) <= 0;
  const next = isNext || lag === 0 ? null : await firstAfter(redis, key, lastDelivered);
  const oldest = next ?? first;
  return {
    group,
    consumers,
    pending: count,
    acknowledged: delivered === null ? null : delivered - pending,
    lag,
    acknowledgedUpTo:
      first === null || compareIds(lastDelivered, first) < 0 ? lastDelivered : idBefore(first),
    oldestUnacknowledgedAt: oldest === null ? null : timeOf(oldest),
    silentMs: idle.length === 0 ? null : Math.min(...idle.map(({ idleMs }) => idleMs)),
    pausedAt: null,
  };
}

async function firstAfter(redis: RedisClient, key: string, id: string): Promise<string | null> {
  const [entry] = await redis.xrange(key, `(${id}`, '+', 'COUNT', 1);
  return entry?.[0] ?? null;
}
