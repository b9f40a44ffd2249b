/** What a process does for its streams now and then: group offsets, trimming, stale groups, data loss. */
import type { RedisClient } from '../connections.ts';
import type { Checkpoints, CheckpointStore } from './checkpoints.ts';
import { inspectStream, type StreamInfo } from './stream-info.ts';
import type { Log } from '../observer.ts';
import type { LossDetector } from './data-loss.ts';
import type { BusOptions } from '../options.ts';
import type { GroupOffsets } from './group-offsets.ts';
import { periodic, type Periodic } from '../timing.ts';
import { trim, type Retention } from './trimming.ts';

/** A stream that a module of this process writes. */
export interface MaintainedStream {
  stream: string;
  retention: Retention;
  losses: LossDetector;
  /**
   * Publishes again what the module's documents remember and others may still need: what is open,
   * and what was changed since the given time, in ms since the epoch.
   */
  recover: (since: number) => Promise<void>;
}

export interface HousekeeperOptions {
  redis: RedisClient;
  keyOf: (stream: string) => string;
  maintained: readonly MaintainedStream[];
  /** Streams that this process reads, each with its group. */
  read: readonly { stream: string; group: string }[];
  /** The streams that each module listens to, wherever it runs. */
  listening: ReadonlyMap<string, ReadonlySet<string>>;
  offsets: GroupOffsets;
  checkpoints: Checkpoints;
  checkpointStore?: CheckpointStore;
  /** Up to when every outbox here is published, in ms since the epoch; undefined: not known. */
  publishedUpTo: () => number | undefined;
  options: BusOptions;
  log: Log;
}

/** Where nothing happens, the pauses grow to so many times that between two rounds. */
const QUIET = 5;
/** And of so many such rounds, one leaves a heartbeat: without events, an older one says as much. */
const HEARTBEAT_EVERY = 5;

export function createHousekeeper(housekeeper: HousekeeperOptions): Periodic {
  const { redis, keyOf, maintained, read, publishedUpTo, options, log } = housekeeper;
  const { offsets, checkpoints, checkpointStore } = housekeeper;
  const stale = new Set<string>();
  /** Groups that are gone, each since when that is known, in ms since the epoch. */
  const gone = new Map<string, number>();
  /** Streams that were looked at: the first look at one says nothing of data loss. */
  const seen = new Set<string>();
  /** How far every group was at the last look, and how many looks have found that. */
  let foundBefore = '';
  let quiet = 0;
  return periodic({
    everyMs: () => options.housekeepEveryMs * Math.min(1 + quiet, QUIET),
    work,
    what: 'keeping the streams in order',
    log,
  });

  async function work(): Promise<void> {
    const quietBefore = quiet;
    // Should this round fail, the next comes soon.
    quiet = 0;
    for (const { losses, recover, stream } of maintained) {
      const since = await losses.republishFrom();
      if (since !== undefined) {
        const level = seen.has(stream) ? 'warn' : 'debug';
        log[level](
          { stream, since },
          'events may be missing from Redis: publishing again what is open',
        );
        checkpoints.reset(stream);
        await recover(since);
      } else {
        const checkpoint = checkpoints.confirm(stream);
        if (checkpoint) await checkpointStore?.write(stream, checkpoint);
      }
      seen.add(stream);
      if (since !== undefined || quietBefore % HEARTBEAT_EVERY === 0)
        await losses.heartbeat(publishedUpTo());
    }
    const streams = new Set([...maintained, ...read].map(({ stream }) => stream));
    let found = '';
    for (const stream of streams) {
      // Before the look: by then it was all there.
      const published = publishedUpTo();
      const info = await inspectStream(redis, keyOf(stream));
      if (info) await maintain(stream, info, published);
      found += ` ${info?.lastId} ${info?.groups.map((group) => group.acknowledgedUpTo).join(' ')}`;
    }
    if (found === foundBefore) quiet = quietBefore + 1;
    foundBefore = found;
  }

  async function maintain(
    stream: string,
    info: StreamInfo,
    published: number | undefined,
  ): Promise<void> {
    const ours = info.groups.filter(({ group }) =>
      read.some((one) => one.stream === stream && one.group === group),
    );
    const reached = ours.map(({ group, acknowledgedUpTo }) => [group, acknowledgedUpTo] as const);
    if (ours.length > 0) await offsets.store(stream, Object.fromEntries(reached));
    const own = maintained.find((one) => one.stream === stream);
    if (!own) return;
    checkpoints.observe(stream, info, published);
    await checkStale(stream, info);
    const kept = await offsetsOfGone(stream, info);
    const removed = await trim(redis, keyOf(stream), info, own.retention, kept);
    if (removed > 0)
      log.debug({ stream, entries: removed }, 'trimmed entries that every group has handled');
  }

  /**
   * A group that was deleted may be created anew where it had been, so what it has not handled stays.
   * One that nobody misses for long was deleted for good.
   */
  async function offsetsOfGone(stream: string, { groups }: StreamInfo): Promise<string[]> {
    const kept: string[] = [];
    for (const [group, offset] of await offsets.all(stream)) {
      const name = `${stream} ${group}`;
      if (groups.some((one) => one.group === group)) {
        gone.delete(name);
        continue;
      }
      const since = gone.get(name) ?? Date.now();
      gone.set(name, since);
      if (Date.now() - since < options.staleGroupMs) kept.push(offset);
      else {
        await offsets.forget(stream, group);
        gone.delete(name);
        log.info({ stream, group }, 'a group is gone for good; nothing is kept for it any more');
      }
    }
    return kept;
  }

  /**
   * A group that is not read any more keeps its stream from being trimmed, so somebody must decide. Of a
   * module that has stopped listening to the stream, it is we who know that nobody will read it.
   */
  async function checkStale(stream: string, { groups }: StreamInfo): Promise<void> {
    for (const state of groups) {
      const { group, lag, pending, silentMs } = state;
      const name = `${stream} ${group}`;
      if (!isStale(state, options.staleGroupMs)) stale.delete(name);
      else if (housekeeper.listening.get(group)?.has(stream) === false) {
        await redis.xgroup('DESTROY', keyOf(stream), group);
        log.info({ stream, group }, 'removed a group whose module listens to the stream no more');
      } else if (!stale.has(name)) {
        stale.add(name);
        const command = `redis-cli XGROUP DESTROY ${keyOf(stream)} ${group}`;
        log.warn(
          { stream, group, lag, pending, silentMs },
          `nobody reads this group; if it is not needed any more: ${command}`,
        );
      }
    }
  }
}

/** Whether a group has entries to read and nobody has asked for them for long. */
export function isStale(
  { lag, pending, silentMs, oldestUnacknowledgedAt }: StreamInfo['groups'][number],
  afterMs: number,
): boolean {
  if (lag === 0 && pending === 0) return false;
  const waitingMs = oldestUnacknowledgedAt === null ? 0 : Date.now() - oldestUnacknowledgedAt;
  return (silentMs ?? waitingMs) > afterMs;
}
