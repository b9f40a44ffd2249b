/**
 * What makes a dead letter: an entry that does not fit its contract, or whose retries are used up. It is kept
 * with the reason until somebody decides.
 */
import type { InFlight } from '../consume/in-flight.ts';
import { type Fields } from '../contract/wire.ts';
import type { BusObserver, Log, Subscribed } from '../observer.ts';
import { type EventRef, type FailureLog } from './failure-log.ts';
import type { GroupRef } from './pending-entries.ts';
/** The stream of a group's dead letters. */
export declare function deadLetterStream(stream: string, group: string): string;
/** An entry that is not delivered any more. */
export interface DeadLetter {
    /** The id of the dead letter itself. */
    id: string;
    /** The id that the entry had in its stream. */
    originId: string;
    stream: string;
    group: string;
    fields: Fields;
    error: string;
    attempts: number;
    /** When the entry was first given to a handler and when it became a dead letter, ms since the epoch. */
    firstAt: number;
    lastAt: number;
    /** The bytes of a letter that is too large to be shown whole: what `fields` has is only its beginning. */
    cutFrom?: number;
}
/** An entry that is delivered no more, and why. */
export interface FailedEntry {
    entryId: string;
    /** The entry's fields, where they are at hand; else they are read from the stream. */
    fields?: Fields;
    /** The event, as far as the entry says which it is. */
    event: EventRef;
    deliveries: number;
    /** When this process received it, in ms since the epoch. */
    receivedAt: number;
    error: Error;
}
export interface DeadLetterWriter {
    /**
     * Makes a dead letter of an entry. It never rejects: one that could not be written leaves its entry
     * pending, where it is claimed and tried again later.
     */
    add(failed: FailedEntry): Promise<void>;
}
export declare function createDeadLetterWriter(options: {
    ref: GroupRef;
    where: Subscribed;
    inFlight: Pick<InFlight, 'release'>;
    observer: BusObserver;
    failures: FailureLog;
    log: Log;
}): DeadLetterWriter;
