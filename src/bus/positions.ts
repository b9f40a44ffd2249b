/** Where each group stands, noted in Redis for the day that Redis loses the group. */
import type { Redis } from 'ioredis';

export interface Positions {
  record(stream: string, group: string, position: string): Promise<unknown>;
  of(stream: string, group: string): Promise<string | null>;
  /** The groups of a stream that have a place, each with it. */
  noted(stream: string): Promise<Map<string, string>>;
  forget(stream: string, group: string): Promise<unknown>;
}

/** `key` is the hash that holds the positions, a field for each stream and group. */
export function createPositions(redis: Redis, key: string): Positions {
  return {
    record: (stream, group, position) => redis.hset(key, field(stream, group), position),
    of: (stream, group) => redis.hget(key, field(stream, group)),
    async noted(stream) {
      const all = Object.entries(await redis.hgetall(key));
      const start = field(stream, '');
      return new Map(
        all
          .filter(([name]) => name.startsWith(start))
          .map(([name, position]) => [name.slice(start.length), position]),
      );
    },
    forget: (stream, group) => redis.hdel(key, field(stream, group)),
  };
}

function field(stream: string, group: string): string {
  return `${stream} ${group}`;
}
