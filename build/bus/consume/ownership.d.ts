/**
 * The ownership check: a process that stood still (SIGSTOP, a paused machine) may have lost entries to
 * others without knowing, and must not begin them.
 */
import { type GroupRef } from '../recover/pending-entries.ts';
import type { Delivery, InFlight } from './in-flight.ts';
export interface Ownership {
    /** How long to wait, in ms, where Redis could not say whose entries are. */
    readonly retryMs: number;
    /**
     * Gives those of a batch that are ours. The others are in flight no more. Redis is asked only about
     * what may be lost.
     *
     * @throws Error where Redis does not answer
     */
    keepOurs<D extends Delivery<never>>(batch: D[]): Promise<D[]>;
    /** Takes in that what was in flight `at` was renewed, and which of it belongs to others now. */
    renewed(at: number, lost: readonly string[]): void;
}
/** An entry that nobody has renewed for `claimIdleMs` may be another consumer's. */
export declare function createOwnership(options: {
    ref: GroupRef;
    inFlight: Pick<InFlight, 'get' | 'release'>;
    claimIdleMs: number;
}): Ownership;
