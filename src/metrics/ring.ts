/**
 * The metrics of the last hour in Redis: a stream that every process adds to and that forgets by itself.
 *
 * A process writes one record an interval, of some 150 bytes for each group it handles for, and none where
 * nothing happened. {@link MAX_RECORDS} of them are kept at most, so that a ring of busy processes takes
 * some 10 MB, and one of a shop in one process less than 1 MB.
 */
import { randomUUID } from 'node:crypto';
import { periodic, type Bus, type RedisClient } from '../bus/index.ts';
import type { Log } from '../bus/observer.ts';
import type { Counts } from './counts.ts';
import { parseRecord, type Recorded, type Sample } from './record.ts';

/** How far the charts look back, in ms. */
export const HOUR_MS = 3_600_000;
/** How often a process writes, in ms; what a point of a chart is the sum of. */
export const STEP_MS = 10_000;
/** How long after the end of an interval it is written, in ms. */
const AFTER_MS = 50;
/** Kept beyond the hour, for the points that the oldest ones follow, in ms. */
const SPARE_MS = 60_000;
/** Records that are kept at most: an hour of 55 processes that are all busy. */
const MAX_RECORDS = 20_000;
/** How long the ring stays where no process runs any more, in ms. */
const LEFT_MS = 2 * HOUR_MS;
/** Records that are read at a time. */
const BATCH = 1000;

/** By the clock of Redis, which gives the ids: those of the processes may differ. */
const WRITE = `
local now = redis.call('TIME')[1] * 1000
redis.call('XADD', KEYS[1], 'MINID', '~', now - ARGV[2], '*', 'record', ARGV[1])
redis.call('XTRIM', KEYS[1], 'MAXLEN', '~', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])`;

/** The key of the ring; the braces keep those beside it in one slot of a cluster. */
export function ringKey(keyPrefix: string): string {
  return `{${keyPrefix}millrace:metrics}`;
}

/** A record, and when it was written, in ms since the epoch by the clock of Redis. */
export interface Written {
  at: number;
  record: Recorded;
}

export interface RingOptions {
  redis: RedisClient;
  keyPrefix: string;
  bus: Pick<Bus, 'streams' | 'allStreams' | 'inspect'>;
  counts: Counts;
  log: Log;
  everyMs?: number;
  maxRecords?: number;
}

/** Writes what this process counts, again and again. */
export interface RingWriter {
  readonly start: () => void;
  /** Writes the last of it; where Redis is away, that is lost. */
  readonly stop: () => Promise<void>;
}

/** Makes what writes the records of this process. While Redis is away they are dropped: the charts have a gap. */
export function createRingWriter(options: RingOptions): RingWriter {
  const { redis, keyPrefix, bus, counts, log } = options;
  const { everyMs = STEP_MS, maxRecords = MAX_RECORDS } = options;
  const key = ringKey(keyPrefix);
  const sampleStreams = createSampler({ redis, key, bus, everyMs });
  let takenAt = performance.now();

  async function write(sampled: () => Promise<Sample[]>): Promise<void> {
    // Taken first: a Redis that is away must not make counts grow.
    const now = performance.now();
    const known = new Set(bus.allStreams());
    const work = counts.take().filter(({ stream }) => known.has(stream));
    const ms = Math.round(now - takenAt);
    takenAt = now;
    const samples = await sampled();
    if (work.length === 0 && samples.length === 0) return;
    const record: Recorded = { ms, work, samples };
    const text = JSON.stringify(record);
    await redis.eval(WRITE, 1, key, text, HOUR_MS + SPARE_MS, maxRecords, LEFT_MS);
  }

  const writing = periodic({
    what: 'writing the metrics of the last hour',
    // At the same times everywhere, so that what many count in one interval is one point.
    everyMs: () => untilNext(everyMs),
    work: () => write(sampleStreams),
    log,
  });
  return {
    start: () => writing.start(),
    async stop() {
      await writing.stop();
      await write(async () => []).catch(() => undefined);
    },
  };
}

/** How long it is until an interval ends, and a moment more, so that no timer comes early; in ms. */
function untilNext(everyMs: number): number {
  return everyMs - ((Date.now() - AFTER_MS) % everyMs);
}

/**
 * Makes what samples the streams that this process reads or writes, each by one process an interval: whoever
 * takes the lease first. It ends before the next interval, for which any other may take it.
 */
function createSampler(options: {
  redis: RedisClient;
  key: string;
  bus: RingOptions['bus'];
  everyMs: number;
}): () => Promise<Sample[]> {
  const { redis, key, bus, everyMs } = options;
  const id = randomUUID();
  async function sample(stream: string): Promise<Sample | undefined> {
    const lease = `${key}:sampled:${stream}`;
    const leaseMs = Math.ceil(untilNext(everyMs) * 0.9);
    if ((await redis.set(lease, id, 'PX', leaseMs, 'NX')) !== 'OK') return undefined;
    const state = await bus.inspect(stream);
    if (!state) return undefined;
    const { length, added } = state;
    const groups = state.groups.map(({ group, lag, pending }) => ({ group, lag, pending }));
    return { stream, length, added, groups };
  }

  return async () => {
    const sampled = await Promise.all(bus.streams().map(sample));
    return sampled.filter((one) => one !== undefined);
  };
}

/** Reads the records that were written from one time to another, in ms since the epoch, oldest first. */
export async function readRing(
  redis: RedisClient,
  keyPrefix: string,
  { from, to }: { from: number; to: number },
): Promise<Written[]> {
  const found: Written[] = [];
  let start = `${from}`;
  for (;;) {
    const entries = await redis.xrange(ringKey(keyPrefix), start, `${to}`, 'COUNT', BATCH);
    for (const [id, [, text]] of entries) {
      const record = parseRecord(text);
      if (record) found.push({ at: Number(id.split('-')[0]), record });
    }
    const last = entries.at(-1);
    if (!last || entries.length < BATCH) return found;
    start = `(${last[0]}`;
  }
}
