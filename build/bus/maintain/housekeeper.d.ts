/** What a process does for its streams now and then: group offsets, trimming, stale groups, data loss. */
import type { RedisClient } from '../connections.ts';
import type { Checkpoints, CheckpointStore } from './checkpoints.ts';
import { type StreamInfo } from './stream-info.ts';
import type { Log } from '../observer.ts';
import type { LossDetector } from './data-loss.ts';
import type { BusOptions } from '../options.ts';
import type { GroupOffsets } from './group-offsets.ts';
import { type Periodic } from '../timing.ts';
import { type Retention } from './trimming.ts';
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
    read: readonly {
        stream: string;
        group: string;
    }[];
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
export declare function createHousekeeper(housekeeper: HousekeeperOptions): Periodic;
/** Whether a group has entries to read and nobody has asked for them for long. */
export declare function isStale({ lag, pending, silentMs, oldestUnacknowledgedAt }: StreamInfo['groups'][number], afterMs: number): boolean;
