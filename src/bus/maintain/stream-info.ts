/** The state of a stream and its groups, for trimming, for the operator and for metrics. */
import type { RedisClient } from '../connections.ts';
import { compareIds, idBefore, timeOf } from '../replies.ts';

export interface GroupState {
  group: string;
  consumers: number;
  /** Entries given to consumers and not acknowledged. */
  pending: number;
  /** Entries that the group has not been given yet; null where Redis cannot tell. */
  lag: number | null;
  /** The id up to which every entry is acknowledged. */
  acknowledgedUpTo: string;
  /** Since when the oldest unacknowledged entry exists, in ms since the epoch; null where all is done. */
  oldestUnacknowledgedAt: number | null;
  /** How long ago a consumer of the group last spoke to Redis, in ms; null where it has none, or all is done. */
  silentMs: number | null;
}

export interface StreamState {
  length: number;
  /** The id of the newest entry that ever was. */
  lastId: string;
  groups: GroupState[];
}

/** How Redis says that there is no such stream, or no such group of it. */
const GONE = /^(ERR no such key|NOGROUP)/;

/**
 * Reads the state of a stream, or undefined where there is no such stream. What is removed meanwhile
 * counts as not there.
 */
export async function inspectStream(
  redis: RedisClient,
  key: string,
): Promise<StreamState | undefined> {
  return unlessGone(() => inspect(redis, key));
}

async function inspect(redis: RedisClient, key: string): Promise<StreamState> {
  const stream = pairs(await redis.xinfo('STREAM', key));
  // Before the pending entries: what is delivered meanwhile then only makes a place look older.
  const groups = ((await redis.xinfo('GROUPS', key)) as unknown[]).map(pairs);
  const [length, lastId] = [Number(stream['length']), String(stream['last-generated-id'])];
  const states = await Promise.all(
    groups.map((group) =>
      unlessGone(() => inspectGroup(redis, key, group, lagOf(group, length, lastId))),
    ),
  );
  return { length, lastId, groups: states.filter((state) => state !== undefined) };
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
function lagOf(row: Record<string, unknown>, length: number, lastId: string): number | null {
  if (compareIds(String(row['last-delivered-id']), lastId) >= 0) return 0;
  return row['lag'] === null ? null : Math.min(Number(row['lag']), length);
}

async function inspectGroup(
  redis: RedisClient,
  key: string,
  row: Record<string, unknown>,
  lag: number | null,
): Promise<GroupState> {
  const group = String(row['name']);
  const lastDelivered = String(row['last-delivered-id']);
  const [pending, firstPending] =
    row['pending'] === 0
      ? [0, null]
      : ((await redis.xpending(key, group)) as [number, string | null]);
  const isDone = pending === 0 && lag === 0;
  const asked = isDone ? [] : ((await redis.xinfo('CONSUMERS', key, group)) as unknown[]);
  const silences = asked.map((consumer) => Number(pairs(consumer)['idle']));
  const oldest = firstPending ?? (lag === 0 ? null : await firstAfter(redis, key, lastDelivered));
  return {
    group,
    consumers: Number(row['consumers']),
    pending,
    lag,
    acknowledgedUpTo:
      firstPending === null || compareIds(lastDelivered, firstPending) < 0
        ? lastDelivered
        : idBefore(firstPending),
    oldestUnacknowledgedAt: oldest === null ? null : timeOf(oldest),
    silentMs: silences.length === 0 ? null : Math.min(...silences),
  };
}

async function firstAfter(redis: RedisClient, key: string, id: string): Promise<string | null> {
  const [entry] = await redis.xrange(key, `(${id}`, '+', 'COUNT', 1);
  return entry?.[0] ?? null;
}

/** The flat list of names and values that XINFO gives, as an object. */
function pairs(list: unknown): Record<string, unknown> {
  const values = list as unknown[];
  return Object.fromEntries(
    Array.from({ length: values.length / 2 }, (_, i) => [String(values[2 * i]), values[2 * i + 1]]),
  );
}
