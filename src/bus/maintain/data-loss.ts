/**
 * Data loss: noticing that Redis may have lost events (flushed, restarted, failed over, or rolled back), and since
 * when they have to be published again: after the checkpoint, up to when every group had handled what there was.
 */
import type { ChainableCommander } from 'ioredis';
import { keyBeside, type RedisClient } from '../connections.ts';
import { compareIds, readStreamInfo } from '../replies.ts';
import type { StreamInfo } from './stream-info.ts';

/** How far before the last heartbeat events are published again: a process may have stood still, in ms. */
const MARGIN_MS = 30_000;
/** Likewise after a flush, before what every group had handled: an outbox may have been late, in ms. */
const FLUSH_MARGIN_MS = 60_000;

export interface LossDetector {
  /**
   * Since when events are to be published again, as they may be missing from Redis, in ms since the epoch
   * (0: all of them), or undefined where none are.
   */
  republishFrom(): Promise<number | undefined>;
  /**
   * To be called when nothing is missing, or what was missing is published again. `publishedUpTo` is
   * the time, in ms since the epoch, up to which every outbox is published; undefined: not known.
   */
  heartbeat(publishedUpTo: number | undefined): Promise<void>;
}

/** What tells one run of a server from another, in INFO: of the server, and of what it replicates. */
const RUN_ID = /^(?:run_id|master_replid):\S+/gm;

/**
 * A key beside the stream, the epoch, is counted up and dated by every heartbeat: in a cluster too it is on
 * the server that has the stream, so it vanishes and is rolled back with it. A stream that has moved to
 * another server looks as if that had taken over. `lastPublished` gives the newest id that Redis has
 * confirmed to this process: a stream that ends before it was rolled back too. A server that was restarted,
 * or took over from another, may lack the newest entries although others came since. `handledUpTo` gives the
 * time, in ms since the epoch, up to which every group had handled the stream; 0 where this process does
 * not know.
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
  const epoch = keyBeside(stream, 'marker');
  /** The newest confirmed id at the last loss: that it is missing is known, and made good. */
  let knownMissing: string | undefined;
  /** The count of the last heartbeat, and the run of the server in which it was looked at or given. */
  let counted = 0;
  let runId: string | undefined;
  /** Since when events are to be published again, until that is done: it may fail, and be tried again. */
  let from: number | undefined;

  /** Takes in that events may be missing since a heartbeat; undefined: since any. */
  function missingSince(heartbeat: number | undefined): void {
    const since = heartbeat === undefined ? handledUpTo() - FLUSH_MARGIN_MS : heartbeat - MARGIN_MS;
    from = Math.max(0, Math.min(from ?? Infinity, since));
  }

  return {
    async republishFrom() {
      // Before the question: what is confirmed later may be missing later.
      const published = lastPublished();
      const [answers, now] = await ask(redis.pipeline().hmget(epoch, 'count', 'at'));
      const [count, at] = answers[0] as [string | null, string | null];
      const rolledBack = await isMissing(published);
      if (rolledBack) knownMissing = published;
      if (count === null) missingSince(undefined);
      else if (rolledBack || runId !== now || Number(count) < counted) missingSince(Number(at));
      else return from;
      counted = Number(count);
      runId = now;
      return from;
    },
    async heartbeat(publishedUpTo) {
      const beat = redis.pipeline().hget(epoch, 'at').hincrby(epoch, 'count', 1);
      if (publishedUpTo !== undefined) beat.hset(epoch, 'at', publishedUpTo);
      const [[earlier, counting], now] = await ask(beat);
      const count = Number(counting);
      from = undefined;
      // Redis may have been flushed, or another may have taken over, since it was looked at: then
      // this call has begun the count anew, or dated what it does not know.
      if (count <= counted) missingSince(undefined);
      else if (runId !== now) missingSince(Number(earlier));
      counted = count;
      runId = now;
    },
  };

  async function isMissing(published: string | undefined): Promise<boolean> {
    if (published === undefined || published === knownMissing) return false;
    return compareIds(await lastId(), published) < 0;
  }

  async function lastId(): Promise<string> {
    if ((await redis.exists(stream)) === 0) return '0-0';
    return (await readStreamInfo(redis, stream)).lastId;
  }
}

/**
 * Gives the answers to questions, and the run of the server that gave them. Asked last, a run that begins
 * between two of them is seen as another.
 */
async function ask(questions: ChainableCommander): Promise<[answers: unknown[], runId: string]> {
  const results = (await questions.info('server', 'replication').exec()) ?? [];
  const answers = results.map(([error, answer]) => error ?? answer);
  const info = answers.pop();
  const failure = answers.find((answer) => answer instanceof Error);
  if (failure) throw failure;
  // Where INFO is forbidden, every run looks the same.
  return [answers, typeof info === 'string' ? (info.match(RUN_ID) ?? []).join(' ') : ''];
}

/** A time, in ms since the epoch, and the groups that had handled everything up to it. */
export interface Checkpoint {
  time: number;
  groups: readonly string[];
}

/** Keeps checkpoints for the day that Redis has lost the groups and no process is left that knew them. */
export interface CheckpointStore {
  /** The groups that read the stream, in whatever process. */
  groupsOf(stream: string): readonly string[];
  read(stream: string): Promise<Checkpoint | undefined>;
  write(stream: string, checkpoint: Checkpoint): Promise<void>;
}

interface Candidate {
  publishedUpTo: number;
  lastId: string;
}

/**
 * A candidate for a checkpoint is a look at the stream when every event up to a time was in it; once every
 * group has acknowledged all that was there then, nothing up to that time is needed any more, whatever Redis
 * loses.
 */
export interface Checkpoints {
  /** Takes in what was known before this process began, and who has to have handled the stream. */
  restore(stream: string, known: Checkpoint | undefined, groups: readonly string[]): void;
  /**
   * Takes in how a stream was found, when every event up to `publishedUpTo` was in it (undefined: that
   * is not known). What follows counts once it is confirmed.
   */
  observe(stream: string, info: StreamInfo, publishedUpTo: number | undefined): void;
  /**
   * To be called when Redis is found to have lost nothing since the stream was looked at. Gives the
   * checkpoint, where it is a new one.
   */
  confirm(stream: string): Checkpoint | undefined;
  /** To be called when Redis has lost something: what was found before says nothing any more. */
  reset(stream: string): void;
  /** The time, in ms since the epoch; 0 where it is not known of every group that ever was seen. */
  handledUpTo(stream: string): number;
}

export function createCheckpoints(): Checkpoints {
  const confirmed = new Map<string, Checkpoint>();
  const unconfirmed = new Map<string, Checkpoint>();
  const seen = new Map<string, Set<string>>();
  /** Those that are not reached yet: the one that is next, and the newest. */
  const candidates = new Map<string, Candidate[]>();

  function see(stream: string, groups: readonly string[]): void {
    seen.set(stream, new Set([...(seen.get(stream) ?? []), ...groups]));
  }

  return {
    restore(stream, known, groups) {
      see(stream, groups);
      if (known) confirmed.set(stream, known);
    },
    observe(stream, { lastId, groups }, publishedUpTo) {
      const names = groups.map(({ group }) => group);
      see(stream, names);
      const [next, newest] = candidates.get(stream) ?? [];
      const here = publishedUpTo === undefined ? newest : { publishedUpTo, lastId };
      const open = [next, here].filter((one) => one !== undefined);
      const isReached = (candidate: Candidate): boolean =>
        groups.length > 0 &&
        groups.every(({ acknowledgedUpTo }) => compareIds(acknowledgedUpTo, candidate.lastId) >= 0);
      const reached = open.findLast(isReached);
      candidates.set(stream, reached ? open.slice(open.indexOf(reached) + 1) : open);
      if (reached) unconfirmed.set(stream, { time: reached.publishedUpTo, groups: names });
    },
    confirm(stream) {
      const checkpoint = unconfirmed.get(stream);
      unconfirmed.delete(stream);
      if (checkpoint) confirmed.set(stream, checkpoint);
      return checkpoint;
    },
    reset(stream) {
      unconfirmed.delete(stream);
      candidates.delete(stream);
    },
    handledUpTo(stream) {
      const { time, groups } = confirmed.get(stream) ?? { time: 0, groups: [] };
      // One that came later, or is gone and may come back, has handled nothing as far as is known.
      return [...(seen.get(stream) ?? [])].every((group) => groups.includes(group)) ? time : 0;
    },
  };
}

/** Takes in the checkpoints that earlier processes have kept of the streams. */
export async function restoreCheckpoints(
  checkpoints: Checkpoints,
  store: CheckpointStore,
  maintained: readonly { stream: string }[],
): Promise<void> {
  for (const { stream } of maintained)
    checkpoints.restore(stream, await store.read(stream), store.groupsOf(stream));
}
