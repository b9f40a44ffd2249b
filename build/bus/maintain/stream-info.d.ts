/** The state of a stream and its groups, for trimming, for the operator and for metrics. */
import type { RedisClient } from '../connections.ts';
export interface GroupInfo {
    group: string;
    consumers: number;
    /** Entries given to consumers and not acknowledged. */
    pending: number;
    /** Entries that the group has not been given yet; null where Redis cannot say. */
    lag: number | null;
    /** The id up to which every entry is acknowledged. */
    acknowledgedUpTo: string;
    /** Since when the oldest unacknowledged entry exists, in ms since the epoch; null where all is done. */
    oldestUnacknowledgedAt: number | null;
    /** How long ago a consumer of the group last spoke to Redis, in ms; null where it has none, or all is done. */
    silentMs: number | null;
}
export interface StreamInfo {
    length: number;
    /** The id of the newest entry that ever was. */
    lastId: string;
    groups: GroupInfo[];
}
/**
 * Reads the state of a stream, or undefined where there is no such stream. What is removed meanwhile
 * counts as not there.
 */
export declare function inspectStream(redis: RedisClient, key: string): Promise<StreamInfo | undefined>;
