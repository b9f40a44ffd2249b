import type { BusOptions } from '../options.ts';
export type RetryPolicy = Pick<BusOptions, 'maxDeliveries' | 'retryMinMs' | 'retryMaxMs' | 'outageMs'>;
/** What a handler could not do. */
export interface FailedDelivery {
    error: Error;
    /** Deliveries so far, this one included. */
    deliveries: number;
    /** Since when it waits for a store that is away, in ms since the epoch. */
    waitingSince: number | undefined;
    /** Whether the stores are known to answer; asked only where it {@link isOverdue}. */
    storesAnswer: boolean;
}
export type RetryDecision = 
/** It is delivered again after the pause, in ms. */
{
    kind: 'retry';
    pauseMs: number;
}
/** A store was away: nothing is wrong with the entry, so the delivery does not count. */
 | {
    kind: 'defer';
    pauseMs: number;
} | {
    kind: 'dead-letter';
};
/** Decides what follows from a failure. */
export declare function decideRetry(failed: FailedDelivery, policy: RetryPolicy, now?: number): RetryDecision;
/** Whether it has waited for a store for so long that it may be to blame itself. */
export declare function isOverdue({ waitingSince }: Pick<FailedDelivery, 'waitingSince'>, { outageMs }: Pick<RetryPolicy, 'outageMs'>, now?: number): boolean;
/** Whether an entry was delivered far more often than it may fail: it ends the processes that take it. */
export declare function isPoisonous(deliveries: number, { maxDeliveries }: Pick<RetryPolicy, 'maxDeliveries'>): boolean;
/**
 * Exponential backoff with jitter, so that many who failed together do not return together. Gives the
 * pause after the `failures`th failure, in ms: between half of min * 2^(failures - 1) and all of it, and
 * never over max.
 */
export declare function backoff(failures: number, minMs: number, maxMs: number): number;
