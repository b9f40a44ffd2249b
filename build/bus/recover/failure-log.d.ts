/** What failed on the way of an event, by the event's key, kept for a while for whoever asks. */
import type { RedisClient } from '../connections.ts';
import type { Log } from '../observer.ts';
import type { Event } from '../contract/event.ts';
import type { Subscribed } from '../observer.ts';
/** Characters of an error that are kept. */
export declare const ERROR_LENGTH = 500;
/** Which event an entry has; what a malformed one does not say is undefined. */
export type EventRef = Pick<Event, 'eventId'> & {
    key: string | undefined;
    type: string | undefined;
};
/** A delivery that failed. */
export interface Failure extends Subscribed {
    entryId: string;
    eventId: string;
    type?: string;
    /** When it failed, in ms since the epoch. */
    at: number;
    /** Which delivery it was, from 1. */
    attempt: number;
    outcome: 'retried' | 'dead-lettered';
    error: string;
}
export interface FailureLog {
    /** Records a failure soon, as far as Redis can be reached; one without a key is skipped. */
    record(event: EventRef, failure: Omit<Failure, 'eventId' | 'type' | 'at' | 'error'> & {
        error: Error;
    }): void;
    /** The failures of a key, oldest first. */
    of(key: string): Promise<Failure[]>;
}
/** `keyOf` gives the key of the list in Redis that holds the failures of an event's key. */
export declare function createFailureLog(redis: RedisClient, keyOf: (key: string) => string, log: Log): FailureLog;
