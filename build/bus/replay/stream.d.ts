/**
 * The stream of one replay: old events for one group alone, beside the stream that all read. One
 * process appends at a time, and only while the stream ends where it left it.
 */
import { type RedisClient } from '../connections.ts';
import { type Fields } from '../contract/wire.ts';
/** How far a replay is. */
export interface ReplayProgress {
    /** Events that were appended so far. */
    sent: number;
    /** Of these, how many are not handled yet. */
    waiting: number;
    /** All events were appended. */
    appended: boolean;
    /** All were appended, and the effect of each is stored. */
    complete: boolean;
    /** Why an event could not be handled, where that is so. */
    failure: string | undefined;
}
export interface ReplayStream {
    readonly key: string;
    /** Makes the stream and its group, if they are not there, and has Redis keep them for a while. */
    keep(): Promise<void>;
    /** Where to append first; null where the replay is over, or has been appended in full already. */
    begin(): Promise<string | null>;
    /**
     * Appends entries behind `last`. Gives the new last id, or null where the stream does not end
     * there: it is removed, another process has taken over, or Redis has lost the end of it.
     */
    append(last: string, entries: readonly Fields[]): Promise<string | null>;
    /** Marks that all is appended, if the stream still ends with `last`. */
    end(last: string): Promise<void>;
    /** Removes what is handled. Gives how many entries are left, or null where the stream is gone. */
    trim(): Promise<number | null>;
    progress(): Promise<ReplayProgress>;
    remove(): Promise<void>;
}
/** The replay named `run` of the stream with the given key, for one group. */
export declare function createReplayStream(redis: RedisClient, streamKey: string, group: string, run: string): ReplayStream;
