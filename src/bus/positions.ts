/** Where each consumer group stands, noted in Redis for the day that Redis loses the group. */
import type { Redis } from 'ioredis';

const field = (stream: string, group: string): string => `${stream} ${group}`;

export interface Positions {
  /** Notes the place before which a group has acknowledged everything. */
  record(stream: string, group: string): Promise<void>;
  /** The place that was noted last, or null for a group that never was. */
  of(stream: string, group: string): Promise<string | null>;
}

/** `key` is the hash that holds the positions, a field for each stream and group. */
export function createPositions(redis: Redis, key: string): Positions {
  return {
    async record(stream, group) {
      const position = await acknowledgedUpTo(redis, stream, group);
      if (position !== null) await redis.hset(key, field(stream, group), position);
    },
    of: (stream, group) => redis.hget(key, field(stream, group)),
  };
}

/**
 * The id up to which a group has acknowledged every entry, or null where there is no such group.
 * Reading the groups before the pending entries errs towards an older place, which is safe.
 */
export async function acknowledgedUpTo(
  redis: Redis,
  stream: string,
  group: string,
): Promise<string | null> {
  const groups = await groupsOf(redis, stream);
  const lastDelivered = groups.find(({ name }) => name === group)?.lastDelivered;
  if (lastDelivered === undefined) return null;
  const [, firstPending] = (await redis.xpending(stream, group)) as [number, string | null];
  return firstPending === null || compareIds(lastDelivered, firstPending) < 0
    ? lastDelivered
    : before(firstPending);
}

/** The groups of a stream and the last entry that each was given; none where there is no stream. */
export async function groupsOf(
  redis: Redis,
  stream: string,
): Promise<{ name: string; lastDelivered: string }[]> {
  if ((await redis.exists(stream)) === 0) return [];
  const rows = (await redis.xinfo('GROUPS', stream)) as unknown[][];
  return rows.map((row) => ({
    name: String(row[row.indexOf('name') + 1]),
    lastDelivered: String(row[row.indexOf('last-delivered-id') + 1]),
  }));
}

/** Compares entry ids as Redis orders them: by ms, then by sequence number. */
export function compareIds(a: string, b: string): number {
  const [aMs = 0, aSequence = 0] = a.split('-').map(Number);
  const [bMs = 0, bSequence = 0] = b.split('-').map(Number);
  return aMs - bMs || aSequence - bSequence;
}

/** The id just before another. */
function before(id: string): string {
  const [ms = 0, sequence = 0] = id.split('-').map(Number);
  return sequence > 0 ? `${ms}-${sequence - 1}` : `${ms - 1}-${Number.MAX_SAFE_INTEGER}`;
}
