/** The replays of one process: those that it answers, and those that it reads. */
import type { RedisClient } from '../connections.ts';
import type { OutboxRecord } from '../contract/event.ts';
import { type Listener } from '../consume/handler.ts';
import { type ReplayProgress } from './stream.ts';
import type { Subscription, SubscriptionOptions } from '../consume/subscription.ts';
/** What differs from one subscription of a process to the next. */
export type Opening<Context> = Pick<SubscriptionOptions<Context>, 'stream' | 'key' | 'group' | 'listeners' | 'context' | 'restoreGroup'>;
/** Every event that the documents behind a stream remember, for one group alone. */
export interface Replay {
    /**
     * Asks for the events, unless they are being appended or all are, and gives how far it is. To be
     * called again and again: what a crash or a loss of Redis has cut off is asked for anew, and then
     * appended from the beginning. A replay that nobody calls this for expires.
     */
    ensureRunning(): Promise<ReplayProgress>;
    /** Reads what is appended, with the listeners of the group, until it is stopped or the bus is. */
    read<Context>(listeners: readonly Listener<Context>[], context: Context): Promise<Subscription>;
    progress(): Promise<ReplayProgress>;
    /** Removes it; who still appends to it ends. */
    remove(): Promise<void>;
}
export interface Replays {
    /** Subscriptions that are the bus's own business, not those of contracts. */
    readonly subscriptions: ReadonlySet<Subscription>;
    answer(stream: string, owner: string, events: () => AsyncIterable<OutboxRecord>): void;
    of(stream: string, group: string, run: string): Replay;
    /** Makes those who append to replays end. */
    stop(): void;
}
export declare function createReplays(options: {
    redis: RedisClient;
    keyOf: (stream: string) => string;
    open: <Context>(opening: Opening<Context>) => Subscription;
}): Replays;
