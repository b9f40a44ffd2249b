/** The pending entries list of a consumer group: renewing, claiming, counting, handing back. */
import type { RedisClient } from '../connections.ts';
import { type RawEntry } from '../replies.ts';
/** Where a subscription reads, as the Redis commands want it. */
export interface GroupRef {
    redis: RedisClient;
    stream: string;
    group: string;
    consumer: string;
}
/**
 * Makes Redis see a consumer that has nothing to do. Before 7.2 a blocked read that brings nothing
 * does not count as being alive (see `inactive` in XINFO CONSUMERS), reading one's own pending
 * entries does. It reads none, since that counts as a delivery and resets the idle time: an entry
 * whose delivery was lost on its way here could never be claimed then.
 */
export declare function touch({ redis, stream, group, consumer }: GroupRef): Promise<void>;
/** Keeps entries ours by resetting their idle time. Gives those that are no longer ours. */
export declare function renew(ref: GroupRef, entryIds: readonly string[]): Promise<string[]>;
/** Where looking for idle entries begins, and what it ends with. */
export declare const FROM_THE_FIRST = "0-0";
/**
 * Claims up to `count` entries that nobody has renewed for `idleMs`, from the id `from` on. One call
 * looks at so many entries at most (redis: ten for each that is asked for); `next` is where to go on.
 * `deliveries` says how often each was delivered so far.
 * Entries that were trimmed while pending are dropped from the list by Redis itself and counted in
 * `trimmed`.
 */
export declare function claimIdle(ref: GroupRef, idleMs: number, count: number, from: string): Promise<{
    claimed: RawEntry[];
    deliveries: ReadonlyMap<string, number>;
    trimmed: number;
    next: string;
}>;
/** Stores how often an entry was delivered, so that the count survives this process. */
export declare function recordDeliveries(ref: GroupRef, entryId: string, deliveries: number): Promise<void>;
/** Makes entries claimable by others at once, for a consumer that stops. */
export declare function handBack(ref: GroupRef, entryIds: readonly string[], idleMs: number): Promise<void>;
/** Deletes a consumer's name if it holds nothing. */
export declare function removeConsumer(ref: GroupRef, consumer?: string): Promise<boolean>;
/** The names of other consumers that have not been seen for `idleMs`. */
export declare function idleConsumers(ref: GroupRef, idleMs: number): Promise<string[]>;
