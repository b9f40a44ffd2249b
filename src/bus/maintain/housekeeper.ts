/** What a process does for its streams now and then: group offsets, trimming, stale groups, data loss. */
import type { RedisClient } from '../connections.ts';
import { inspectStream, type StreamInfo } from './stream-info.ts';
import type { Log } from '../observer.ts';
import type { Checkpoints, CheckpointStore, LossDetector } from './data-loss.ts';
import type { BusOptions } from '../options.ts';
import { createLeftOverGroups, type GroupOffsets, type Listening } from './group-offsets.ts';
import { periodic, type Periodic } from '../scheduling.ts';
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
  commands: RedisClient;
  keyOf: (stream: string) => string;
  maintained: readonly MaintainedStream[];
  /** Streams that this process reads, each with its group. */
  read: readonly { stream: string; group: string }[];
  listening: Listening;
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
  const { commands, keyOf, maintained, read, offsets, checkpoints, publishedUpTo } = housekeeper;
  const { options, log } = housekeeper;
  const leftOver = createLeftOverGroups(housekeeper);
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
    for (const one of maintained) {
      const level = seen.has(one.stream) ? 'warn' : 'debug';
      const lost = await republishLost(housekeeper, one, level);
      seen.add(one.stream);
      if (lost || quietBefore % HEARTBEAT_EVERY === 0) await one.losses.heartbeat(publishedUpTo());
    }
    const streams = new Set([...maintained, ...read].map(({ stream }) => stream));
    let found = '';
    for (const stream of streams) {
      // Before the look: by then it was all there.
      const published = publishedUpTo();
      const info = await inspectStream(commands, keyOf(stream));
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
    await leftOver.checkStale(stream, info);
    const kept = await leftOver.offsetsOfGone(stream, info);
    const removed = await trim(commands, keyOf(stream), info, own.retention, kept);
    if (removed > 0)
      log.debug({ stream, entries: removed }, 'trimmed entries that every group has handled');
  }
}

/** Publishes again what Redis may have lost, and says so at the level. Gives whether anything may have been. */
async function republishLost(
  { checkpoints, checkpointStore, log }: HousekeeperOptions,
  { stream, losses, recover }: MaintainedStream,
  level: 'warn' | 'debug',
): Promise<boolean> {
  const since = await losses.republishFrom();
  if (since === undefined) {
    const checkpoint = checkpoints.confirm(stream);
    if (checkpoint) await checkpointStore?.write(stream, checkpoint);
    return false;
  }
  log[level]({ stream, since }, 'events may be missing from Redis: publishing again what is open');
  checkpoints.reset(stream);
  await recover(since);
  return true;
}
