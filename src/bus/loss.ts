/** Noticing that Redis has lost events: flushed, restarted without its data, or set back. */
import type { Redis } from 'ioredis';
import { compareIds } from './ids.ts';

export interface LossDetector {
  /** Whether events that were published may be missing from Redis. */
  lost(): Promise<boolean>;
  /** To be called when what was missing is published again. */
  recovered(): Promise<void>;
}

/**
 * `marker` is a key that vanishes with the data. `lastPublished` gives the newest id that Redis has
 * confirmed to this process: a stream that ends before it was set back.
 *
 * The first answer is always that events may be missing: what happened before this process began,
 * say the last second before a power cut, it cannot know.
 */
export function createLossDetector(
  redis: Redis,
  marker: string,
  stream: string,
  lastPublished: () => string | undefined,
): LossDetector {
  let began = true;
  let settledAt: string | undefined;

  return {
    async lost() {
      if (began || (await redis.exists(marker)) === 0) return true;
      const published = lastPublished();
      if (published === undefined || published === settledAt) return false;
      return compareIds(await lastId(redis, stream), published) < 0;
    },
    async recovered() {
      began = false;
      settledAt = lastPublished();
      await redis.set(marker, String(Date.now()));
    },
  };
}

async function lastId(redis: Redis, stream: string): Promise<string> {
  if ((await redis.exists(stream)) === 0) return '0-0';
  const info = (await redis.xinfo('STREAM', stream)) as unknown[];
  return String(info[info.indexOf('last-generated-id') + 1]);
}
