/** Consumer groups: creating one, and remembering how far it is, to create it anew where it had been. */
import { keyBeside, type RedisClient } from '../connections.ts';

/**
 * Makes sure that the group exists. A new group starts at `position`: the beginning of the stream
 * for one that never was, the place it had reached for one that was lost. Since a group begins
 * behind the given id, and events are handled idempotently, too early is safe and too late is not.
 */
export async function ensureGroup(
  redis: RedisClient,
  stream: string,
  group: string,
  position: string | null,
): Promise<void> {
  await redis.xgroup('CREATE', stream, group, position ?? '0', 'MKSTREAM').catch(ignoreExisting);
}

/**
 * Makes sure that the group exists, on a stream that is there already.
 *
 * @throws Error where there is no such stream
 */
export async function requireGroup(
  redis: RedisClient,
  stream: string,
  group: string,
): Promise<void> {
  await redis.xgroup('CREATE', stream, group, '0').catch(ignoreExisting);
}

function ignoreExisting(error: Error): void {
  if (!error.message.startsWith('BUSYGROUP')) throw error;
}

/** Whether Redis says that there is no such group, or no such stream. */
export function isNoGroup(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOGROUP');
}

/** How far each group is, kept beside its stream for the day that Redis loses the group. */
export interface Positions {
  /** Notes where groups of a stream stand. */
  record(stream: string, positions: Readonly<Record<string, string>>): Promise<unknown>;
  of(stream: string, group: string): Promise<string | null>;
  /** The groups of a stream that have a place, each with it. */
  noted(stream: string): Promise<Map<string, string>>;
  forget(stream: string, group: string): Promise<unknown>;
}

/** `keyOf` gives the key of a stream in Redis. */
export function createPositions(redis: RedisClient, keyOf: (stream: string) => string): Positions {
  // It is lost and set back with the stream: a place that the stream has not reached would skip entries.
  const key = (stream: string): string => keyBeside(keyOf(stream), 'positions');
  return {
    record: (stream, positions) => redis.hset(key(stream), positions),
    of: (stream, group) => redis.hget(key(stream), group),
    noted: async (stream) => new Map(Object.entries(await redis.hgetall(key(stream)))),
    forget: (stream, group) => redis.hdel(key(stream), group),
  };
}
