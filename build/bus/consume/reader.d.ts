import type { Redis } from 'ioredis';
import type { InFlight } from './in-flight.ts';
import type { KeyedQueue } from './keyed-queue.ts';
import type { Receiver } from './router.ts';
import type { Log } from '../observer.ts';
import type { BusOptions } from '../options.ts';
import type { GroupRef } from '../recover/pending-entries.ts';
export interface ReaderOptions {
    /** Opens the connection that this reader blocks; nobody else may use it. */
    connect: (key: string) => Redis;
    ref: GroupRef;
    options: Pick<BusOptions, 'readBatch' | 'blockMs' | 'readGraceMs'>;
    inFlight: Pick<InFlight, 'fitting' | 'waitForCapacity'>;
    queue: Pick<KeyedQueue<never>, 'whenIdle'>;
    receiver: Receiver;
    /** Creates the group anew, where it had been. */
    restoreGroup: () => Promise<unknown>;
    log: Log;
}
export interface Reader {
    start(): void;
    /** Ends the read that is under way without losing what it may bring, and closes the connection. */
    stop(): Promise<void>;
    /** Why this reader does not read, or undefined when all is well. */
    failing(): string | undefined;
}
export declare function createReader(reader: ReaderOptions): Reader;
