/**
 * A module's subscription to one stream. An entry goes one way: the reader or the claimer, the router, the
 * keyed queue, the executor, and from there to the acknowledger or to the dead letters.
 */
import type { Redis } from 'ioredis';
import type { RedisClient } from '../connections.ts';
import type { EventContract } from '../contract/event.ts';
import type { BusObserver, Log } from '../observer.ts';
import type { BusOptions } from '../options.ts';
import { type ReplayResult } from '../recover/dead-letter-list.ts';
import { type DeadLetter } from '../recover/dead-letters.ts';
import type { FailureLog } from '../recover/failure-log.ts';
import type { Listener } from './handler.ts';
import type { StoreCheck } from './store-outage.ts';
export interface SubscriptionOptions<Context> {
    /** The stream's name, as contracts name it. */
    stream: string;
    /** The stream's key in Redis. */
    key: string;
    group: string;
    consumer: string;
    listeners: readonly Listener<Context>[];
    context: Context;
    /** The contracts of the stream, those without a listener here included. */
    contracts: readonly EventContract[];
    commands: RedisClient;
    /** Opens a connection to the server of a key that may block. */
    connect: (key: string) => Redis;
    /** Makes sure that the group exists. */
    restoreGroup: () => Promise<unknown>;
    storesAnswer: StoreCheck;
    failures: FailureLog;
    observer: BusObserver;
    options: BusOptions;
    log: Log;
}
export interface Subscription {
    readonly stream: string;
    readonly group: string;
    start(): Promise<void>;
    /** Drains: reads no more, ends what is in flight within the bound, hands the rest back. */
    stop(): Promise<void>;
    /** Handles dead letters of this group again; those that succeed are removed. */
    replay(deadLetters: AsyncIterable<DeadLetter[]>): Promise<ReplayResult>;
    /** What does not work at the moment, or undefined. */
    failing(): string | undefined;
}
export declare function createSubscription<Context>(subscription: SubscriptionOptions<Context>): Subscription;
