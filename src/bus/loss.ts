/** Noticing that Redis has lost events: flushed, restarted without its data, or set back. */
import type { Redis } from 'ioredis';
import { compareIds } from './ids.ts';

/** How far before the last sign of health events are published again: a process may have stood still, in ms. */
const MARGIN_MS = 30_000;
/** Likewise after a flush, before what every group had handled: an outbox may have been late, in ms. */
const FLUSH_MARGIN_MS = 60_000;

export interface LossDetector {
  /**
   * Since when events may be missing from Redis, in ms since the epoch (0: all of them), or undefined
   * where none are.
   */
  missingSince(): Promise<number | undefined>;
  /**
   * To be called when nothing is missing, or what was missing is published again. `publishedUpTo` is
   * the time, in ms since the epoch, up to which every outbox is published; undefined: not known.
   */
  healthy(publishedUpTo: number | undefined): Promise<void>;
}

/**
 * `marker` is a key that every sign of health counts up and dates, in the data that it vouches for:
 * it vanishes and is set back with them. `lastPublished` gives the newest id that Redis has confirmed
 * to this process: a stream that ends before it was set back too. `handledUpTo` gives the time, in ms
 * since the epoch, up to which every group had handled the stream; 0 where this process does not know.
 *
 * The first answer is always a time: what happened before this process began, say the last second
 * before a power cut, it cannot know.
 */
export function createLossDetector(
  redis: Redis,
  marker: string,
  stream: string,
  lastPublished: () => string | undefined,
  handledUpTo: () => number = () => 0,
): LossDetector {
  let began = true;
  /** The newest confirmed id at the last loss: that it is missing is known, and made good. */
  let known: string | undefined;
  /** The count of this process's last sign of health. */
  let counted = 0;
  /** The marker had vanished or was set back when it was counted up last. */
  let gone = false;

  return {
    async missingSince() {
      const [count, at] = await redis.hmget(marker, 'count', 'at');
      const published = lastPublished();
      const all = gone || count === null;
      if (!all && !began && Number(count) >= counted && !(await isMissing(published))) {
        return undefined;
      }
      known = published;
      gone = false;
      counted = Number(count);
      const since = all ? handledUpTo() - FLUSH_MARGIN_MS : Number(at) - MARGIN_MS;
      return Math.max(0, since);
    },
    async healthy(publishedUpTo) {
      const sign = redis.multi().hincrby(marker, 'count', 1);
      if (publishedUpTo !== undefined) sign.hset(marker, 'at', publishedUpTo);
      const results = await sign.exec();
      const count = Number(results?.[0]?.[1]);
      // Redis may have been flushed since it was looked at: then this call began the count anew.
      gone = !began && count <= counted;
      counted = count;
      began = false;
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
