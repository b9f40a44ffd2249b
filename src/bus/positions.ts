/** Where each group stands, noted beside its stream for the day that Redis loses the group. */
import { keyBeside, type RedisClient } from './connections.ts';

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
