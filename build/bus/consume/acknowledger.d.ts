import type { Log } from '../observer.ts';
import type { GroupRef } from '../recover/pending-entries.ts';
import type { InFlight } from './in-flight.ts';
export interface Acknowledger {
    /** Acknowledges an entry soon. To be called only after its effect is stored. */
    acknowledge(entryId: string): void;
    /** Sends what is left, once; entries that Redis does not take are delivered again to someone. */
    close(): Promise<void>;
}
/**
 * One XACK is under way at a time and what comes meanwhile goes with the next, so batches grow by
 * themselves with the load. What Redis has taken is in flight no more.
 */
export declare function createAcknowledger(options: {
    ref: Pick<GroupRef, 'redis' | 'stream' | 'group'>;
    inFlight: Pick<InFlight, 'release'>;
    log: Log;
}): Acknowledger;
