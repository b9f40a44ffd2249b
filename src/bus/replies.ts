/** What Redis answers about streams, typed: entries, XINFO, XPENDING, XAUTOCLAIM; and the ids of entries. */
import type { RedisClient } from './connections.ts';

/** Where a subscription reads, as the Redis commands want it. */
export interface GroupRef {
  redis: RedisClient;
  stream: string;
  group: string;
  consumer: string;
}

/** A stream entry as Redis gives it: its id, its fields as a flat list. */
export type RawEntry = [id: string, fields: string[]];

/** The entries of one stream in an answer to XREAD or XREADGROUP; null where none came in time. */
export function entriesOf(reply: unknown): RawEntry[] {
  return (reply as [key: string, entries: RawEntry[]][] | null)?.[0]?.[1] ?? [];
}

/** What XINFO STREAM gives of a stream. */
export interface StreamRow {
  length: number;
  /** The id of the newest entry that ever was. */
  lastId: string;
  /** How many entries there ever were. */
  added: number;
}

/** @throws ReplyError where there is no such stream */
export async function readStreamInfo(redis: RedisClient, key: string): Promise<StreamRow> {
  const row = pairs(await redis.xinfo('STREAM', key));
  return {
    length: Number(row['length']),
    lastId: String(row['last-generated-id']),
    added: Number(row['entries-added']),
  };
}

/** What XINFO GROUPS gives of a group. */
export interface GroupRow {
  group: string;
  consumers: number;
  pending: number;
  lastDelivered: string;
  /** Entries that the group was ever given; null where Redis has lost count. */
  delivered: number | null;
  /** Entries that the group has not been given yet; null where Redis has lost count. */
  lag: number | null;
}

export async function readGroups(redis: RedisClient, key: string): Promise<GroupRow[]> {
  const rows = (await redis.xinfo('GROUPS', key)) as unknown[];
  return rows.map(pairs).map((row) => ({
    group: String(row['name']),
    consumers: Number(row['consumers']),
    pending: Number(row['pending']),
    lastDelivered: String(row['last-delivered-id']),
    delivered: row['entries-read'] === null ? null : Number(row['entries-read']),
    lag: row['lag'] === null ? null : Number(row['lag']),
  }));
}

/** What XINFO CONSUMERS gives of a consumer: what it has pending, how long ago it last spoke to Redis, in ms. */
export interface ConsumerRow {
  consumer: string;
  pending: number;
  idleMs: number;
}

export async function readConsumers(
  redis: RedisClient,
  key: string,
  group: string,
): Promise<ConsumerRow[]> {
  const rows = (await redis.xinfo('CONSUMERS', key, group)) as unknown[];
  return rows.map(pairs).map((row) => ({
    consumer: String(row['name']),
    pending: Number(row['pending']),
    idleMs: Number(row['idle']),
  }));
}

/** What XPENDING gives of a group: how many entries are pending, and the first of them. */
export async function readPending(
  redis: RedisClient,
  key: string,
  group: string,
): Promise<{ count: number; first: string | null }> {
  const [count, first] = (await redis.xpending(key, group)) as [number, string | null];
  return { count, first };
}

/** Rows that one XPENDING gives at most. */
const PENDING_ROWS = 1000;

/** What XPENDING gives of an entry. */
export interface PendingRow {
  id: string;
  consumer: string;
  /** How long ago it was delivered, or renewed, in ms. */
  idleMs: number;
  deliveries: number;
}

/** The oldest pending entries of a group. */
export async function readPendingRows(
  redis: RedisClient,
  key: string,
  group: string,
  count: number,
): Promise<PendingRow[]> {
  const reply = await redis.xpending(key, group, '-', '+', count);
  const rows = reply as [id: string, consumer: string, idleMs: number, deliveries: number][];
  return rows.map(([id, consumer, idleMs, deliveries]) => ({ id, consumer, idleMs, deliveries }));
}

/** How often entries of the consumer were delivered, from the id `from` to the id `to`, both included. */
export async function readDeliveries(
  { redis, stream, group, consumer }: GroupRef,
  from: string,
  to: string,
): Promise<Map<string, number>> {
  const deliveries = new Map<string, number>();
  for (let at = from; ;) {
    const reply = await redis.xpending(stream, group, at, to, PENDING_ROWS, consumer);
    const rows = reply as [id: string, consumer: string, idleMs: number, deliveries: number][];
    for (const [id, , , count] of rows) deliveries.set(id, count);
    if (rows.length < PENDING_ROWS) return deliveries;
    at = `(${rows.at(-1)![0]}`;
  }
}

/**
 * Claims up to `count` entries that were idle for `idleMs`, from the id `from` on. Gives them, how many
 * pending ones were not in the stream any more, and where to go on.
 */
export async function autoclaim(
  { redis, stream, group, consumer }: GroupRef,
  idleMs: number,
  count: number,
  from: string,
): Promise<{ next: string; entries: RawEntry[]; trimmed: number }> {
  const reply = await redis.xautoclaim(stream, group, consumer, idleMs, from, 'COUNT', count);
  const [next, all, deleted] = reply as [string, (RawEntry | null)[], string[] | undefined];
  const entries = all.filter((entry) => entry !== null);
  return { next, entries, trimmed: deleted?.length ?? 0 };
}

/** The flat list of names and values that XINFO gives, as an object. */
function pairs(list: unknown): Record<string, unknown> {
  const values = list as unknown[];
  return Object.fromEntries(
    Array.from({ length: values.length / 2 }, (_, i) => [String(values[2 * i]), values[2 * i + 1]]),
  );
}

/** The largest number that each part of an id may have. */
const LARGEST = '18446744073709551615';

/** Below, at or above zero as the id `a` comes before, is, or comes after `b`. */
export function compareIds(a: string, b: string): number {
  const [aMs = '0', aSequence = '0'] = a.split('-');
  const [bMs = '0', bSequence = '0'] = b.split('-');
  return compareDigits(aMs, bMs) || compareDigits(aSequence, bSequence);
}

/** {@link compareIds} for scripts: `isBefore(a, b)`. A number of Lua does not hold a part of an id exactly. */
export const IS_BEFORE = `
local function isBefore(a, b)
  local aMs, aSequence = string.match(a, '(%d+)-(%d+)')
  local bMs, bSequence = string.match(b, '(%d+)-(%d+)')
  if aMs == bMs then aMs, bMs = aSequence, bSequence end
  if #aMs ~= #bMs then return #aMs < #bMs end
  return aMs < bMs
end
`;

/** Of numbers that a JavaScript number may not hold exactly, without leading zeros. */
function compareDigits(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a === b ? 0 : a < b ? -1 : 1;
}

/** The id just before another. */
export function idBefore(id: string): string {
  const [ms = 0n, sequence = 0n] = id.split('-').map(BigInt);
  if (sequence > 0n) return `${ms}-${sequence - 1n}`;
  return ms > 0n ? `${ms - 1n}-${LARGEST}` : '0-0';
}

/** The time of an id, in ms since the epoch by the clock of Redis. */
export function timeOf(id: string): number {
  return Number(id.split('-')[0]);
}
