/** What Redis answers about streams, typed: entries, XINFO, XPENDING, XAUTOCLAIM; and the ids of entries. */
import type { RedisClient } from './connections.ts';
/** A stream entry as Redis gives it: its id, its fields as a flat list. */
export type RawEntry = [id: string, fields: string[]];
/** The entries of one stream in an answer to XREAD or XREADGROUP; null where none came in time. */
export declare function entriesOf(reply: unknown): RawEntry[];
/** What XINFO STREAM gives of a stream. */
export interface StreamRow {
    length: number;
    /** The id of the newest entry that ever was. */
    lastId: string;
}
/** @throws ReplyError where there is no such stream */
export declare function readStreamInfo(redis: RedisClient, key: string): Promise<StreamRow>;
/** What XINFO GROUPS gives of a group. */
export interface GroupRow {
    group: string;
    consumers: number;
    pending: number;
    lastDelivered: string;
    /** Entries that the group has not been given yet; null where Redis has lost count. */
    lag: number | null;
}
export declare function readGroups(redis: RedisClient, key: string): Promise<GroupRow[]>;
/** What XINFO CONSUMERS gives of a consumer: how long ago it last spoke to Redis, in ms. */
export interface ConsumerRow {
    consumer: string;
    idleMs: number;
}
export declare function readConsumers(redis: RedisClient, key: string, group: string): Promise<ConsumerRow[]>;
/** What XPENDING gives of a group: how many entries are pending, and the first of them. */
export declare function readPending(redis: RedisClient, key: string, group: string): Promise<{
    count: number;
    first: string | null;
}>;
/** How often entries of a consumer were delivered, from the id `from` to the id `to`, both included. */
export declare function readDeliveries(redis: RedisClient, key: string, group: string, consumer: string, range: {
    from: string;
    to: string;
}): Promise<Map<string, number>>;
/**
 * Claims up to `count` entries that were idle for `idleMs`, from the id `from` on. Gives them, how many
 * pending ones were not in the stream any more, and where to go on.
 */
export declare function autoclaim(redis: RedisClient, key: string, group: string, consumer: string, { idleMs, from, count }: {
    idleMs: number;
    from: string;
    count: number;
}): Promise<{
    next: string;
    entries: RawEntry[];
    trimmed: number;
}>;
/** Below, at or above zero as the id `a` comes before, is, or comes after `b`. */
export declare function compareIds(a: string, b: string): number;
/** The id just before another. */
export declare function idBefore(id: string): string;
/** The time of an id, in ms since the epoch by the clock of Redis. */
export declare function timeOf(id: string): number;
