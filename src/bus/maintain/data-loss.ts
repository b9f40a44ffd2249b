/** Noticing that Redis may have lost events: flushed, restarted, failed over, or set back. */
import type { ChainableCommander } from 'ioredis';
import { keyBeside, type RedisClient } from '../connections.ts';
import { compareIds } from '../replies.ts';

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

/** What tells one life of a server from another, in INFO: of the server, and of what it replicates. */
const LIFE = /^(?:run_id|master_replid):\S+/gm;

/**
 * A key beside the stream is counted up and dated by every sign of health: in a cluster too it is on the
 * server that has the stream, so it vanishes and is set back with it. A stream that has moved to another
 * server looks as if that had taken over. `lastPublished` gives the newest id that Redis has confirmed
 * to this process: a stream that ends before it was set back too. A server that was restarted, or took
 * over from another, may lack the newest entries although others came since. `handledUpTo` gives the time, in ms
 * since the epoch, up to which every group had handled the stream; 0 where this process does not know.
 *
 * The first answer is always a time: what happened before this process began, say the last second
 * before a power cut, it cannot know.
 */
export function createLossDetector(
  redis: RedisClient,
  stream: string,
  lastPublished: () => string | undefined,
  handledUpTo: () => number = () => 0,
): LossDetector {
  const marker = keyBeside(stream, 'marker');
  /** The newest confirmed id at the last loss: that it is missing is known, and made good. */
  let known: string | undefined;
  /** The count of the last sign, and the life of the server in which it was looked at or given. */
  let counted = 0;
  let life: string | undefined;
  /** Since when events are to be published again, until that is done: it may fail, and be tried again. */
  let owed: number | undefined;

  /** Takes in that events may be missing since a sign of health; undefined: since any. */
  function owe(sign: number | undefined): void {
    const since = sign === undefined ? handledUpTo() - FLUSH_MARGIN_MS : sign - MARGIN_MS;
    owed = Math.max(0, Math.min(owed ?? Infinity, since));
  }

  return {
    async missingSince() {
      // Before the question: what is confirmed later may be missing later.
      const published = lastPublished();
      const [answers, now] = await ask(redis.pipeline().hmget(marker, 'count', 'at'));
      const [count, at] = answers[0] as [string | null, string | null];
      const setBack = await isMissing(published);
      if (setBack) known = published;
      if (count === null) owe(undefined);
      else if (setBack || life !== now || Number(count) < counted) owe(Number(at));
      else return owed;
      counted = Number(count);
      life = now;
      return owed;
    },
    async healthy(publishedUpTo) {
      const sign = redis.pipeline().hget(marker, 'at').hincrby(marker, 'count', 1);
      if (publishedUpTo !== undefined) sign.hset(marker, 'at', publishedUpTo);
      const [[earlier, counting], now] = await ask(sign);
      const count = Number(counting);
      owed = undefined;
      // Redis may have been flushed, or another may have taken over, since it was looked at: then
      // this call has begun the count anew, or dated what it does not know.
      if (count <= counted) owe(undefined);
      else if (life !== now) owe(Number(earlier));
      counted = count;
      life = now;
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

/**
 * Gives the answers to questions, and the life of the server that gave them. Asked last, a life that
 * begins between two of them is seen as another.
 */
async function ask(questions: ChainableCommander): Promise<[answers: unknown[], life: string]> {
  const results = (await questions.info('server', 'replication').exec()) ?? [];
  const answers = results.map(([error, answer]) => error ?? answer);
  const info = answers.pop();
  const failure = answers.find((answer) => answer instanceof Error);
  if (failure) throw failure;
  // Where INFO is forbidden, every life looks the same.
  return [answers, typeof info === 'string' ? (info.match(LIFE) ?? []).join(' ') : ''];
}
