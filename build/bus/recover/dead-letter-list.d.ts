/** The dead letters of a group as an operator has them: in pages, counted, handled again, removed. */
import { type Delivery } from '../consume/in-flight.ts';
import type { KeyedQueue } from '../consume/keyed-queue.ts';
import type { Routed } from '../consume/router.ts';
import type { GroupRef } from './pending-entries.ts';
import type { RedisClient } from '../connections.ts';
import type { RawEntry } from '../replies.ts';
import { type DeadLetter } from './dead-letters.ts';
export interface DeadLetterPage {
    letters: DeadLetter[];
    /** The id of the one that comes next, or null. */
    next: string | null;
}
export interface DeadLetters {
    /**
     * Up to `count` dead letters, oldest first, from the id `from` on: fewer where they are large, and one at
     * least where there is one.
     */
    page(from: string, count: number): Promise<DeadLetterPage>;
    /** Those of such a page. */
    list(from: string, count: number): Promise<DeadLetter[]>;
    /** Up to `count` dead letters from the id `from` on, whole, few at a time. */
    read(from: string, count: number): AsyncGenerator<DeadLetter[]>;
    /** Those with these ids, as far as they exist, likewise. */
    get(ids: readonly string[]): AsyncGenerator<DeadLetter[]>;
    count(): Promise<number>;
    /** Removes some. Gives how many there were. */
    discard(ids: readonly string[]): Promise<number>;
    /** Removes the oldest. Gives how many there were. */
    discardOldest(count: number): Promise<number>;
}
/** The dead letters of a group of the stream with the given key. */
export declare function createDeadLetters(redis: RedisClient, stream: string, group: string): DeadLetters;
/** What became of dead letters that were handled again: those that failed, with the reason. */
export interface ReplayResult {
    replayed: string[];
    failed: {
        id: string;
        error: string;
    }[];
}
/**
 * Handles dead letters once more, each in its place among the entries with its key. Those that succeed are
 * dead letters no more. Ends early where it takes long: what is in neither list was not tried.
 */
export declare function replayDeadLetters<Context>(letters: AsyncIterable<DeadLetter[]>, { redis, stream, group }: GroupRef, route: (entry: RawEntry) => Routed<Context>, queue: Pick<KeyedQueue<Delivery<Context>>, 'add'>): Promise<ReplayResult>;
