/** Noticing that Redis has lost events: flushed, restarted without its data, or set back. */
import type { Redis } from 'ioredis';
import { compareIds } from './ids.ts';

/** How far before the last sign of health events are published again, in ms. */
const MARGIN_MS = 5000;

export interface LossDetector {
  /**
   * Since when events may be missing from Redis, in ms since the epoch (0: all of them), or undefined
   * where none are.
   */
  missingSince(): Promise<number | undefined>;
  /** To be called when nothing is missing, or what was missing is published again. */
  healthy(): Promise<void>;
}

/**
 * `marker` is a key that holds the time of the last sign of health, in the data that it vouches for:
 * it vanishes and is set back with them. `lastPublished` gives the newest id that Redis has confirmed
 * to this process: a stream that ends before it was set back.
 *
 * The first answer is always a time: what happened before this process began, say the last second
 * before a power cut, it cannot know.
 */
export function createLossDetector(
  redis: Redis,
  marker: string,
  stream: string,
  lastPublished: () => string | undefined,
): LossDetector {
  let began = true;
  /** The newest confirmed id at the last loss: that it is missing is known, and made good. */
  let known: string | undefined;

  return {
    async missingSince() {
      const mark = await redis.get(marker);
      const published = lastPublished();
      if (mark !== null && !began && !(await isMissing(published))) return undefined;
      known = published;
      return mark === null ? 0 : Math.max(0, Number(mark) - MARGIN_MS);
    },
    async healthy() {
      began = false;
      await redis.set(marker, String(Date.now()));
    },
  };

  async function isMissing(published: string | undefined): Promise<boolean> {
    if (published === undefined || published === known) return false;
    return compareIds(await lastId(), published) < 0;
  }

  async function lastId(): Promise<string> {
    if ((await redis.exists(stream)) === 0) return '0-0';
    const info = (await redis.xinfo('STREAM', stream)) as unknown[];
    return String(info[info.indexOf('last-generated-id') + 1]);
  }
}
