/** Claiming: keeps our entries ours while we work on them, and takes over those of the dead. */
import type { InFlight } from '../consume/in-flight.ts';
import type { Ownership } from '../consume/ownership.ts';
import type { Receiver } from '../consume/router.ts';
import type { BusOptions } from '../options.ts';
import type { Log } from '../observer.ts';
import type { BusObserver, Subscribed } from '../observer.ts';
import { type GroupRef } from './pending-entries.ts';
import { type Periodic } from '../timing.ts';
export interface ClaimerOptions {
    ref: GroupRef;
    where: Subscribed;
    options: Pick<BusOptions, 'claimIdleMs'>;
    inFlight: Pick<InFlight, 'ids' | 'capacity' | 'fitting'>;
    ownership: Pick<Ownership, 'renewed'>;
    receiver: Receiver;
    /** Creates the group anew, where it had been. */
    restoreGroup: () => Promise<unknown>;
    observer: BusObserver;
    log: Log;
}
export declare function createClaimer(claimer: ClaimerOptions): Periodic;
