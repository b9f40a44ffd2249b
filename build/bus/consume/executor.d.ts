import type { BusObserver, Log, Subscribed } from '../observer.ts';
import type { BusOptions } from '../options.ts';
import type { DeadLetterWriter } from '../recover/dead-letters.ts';
import type { FailureLog } from '../recover/failure-log.ts';
import { type GroupRef } from '../recover/pending-entries.ts';
import type { Acknowledger } from './acknowledger.ts';
import type { Delivery } from './in-flight.ts';
import type { Ownership } from './ownership.ts';
import { type StoreCheck } from './store-outage.ts';
export interface ExecutorOptions<Context> {
    ref: GroupRef;
    where: Subscribed;
    context: Context;
    options: BusOptions;
    ownership: Pick<Ownership, 'keepOurs' | 'retryMs'>;
    acknowledger: Pick<Acknowledger, 'acknowledge'>;
    deadLetters: DeadLetterWriter;
    storesAnswer: StoreCheck;
    failures: FailureLog;
    observer: BusObserver;
    log: Log;
}
export interface Executor<Context> {
    /**
     * Executes deliveries of one listener. Gives those that are to be executed again, each with the pause
     * before, in ms; and never rejects.
     */
    execute(batch: Delivery<Context>[]): Promise<ReadonlyMap<Delivery<Context>, number>>;
    /** That entries have waited for a store for too long, or undefined. */
    failing(): string | undefined;
}
export declare function createExecutor<Context>(executor: ExecutorOptions<Context>): Executor<Context>;
