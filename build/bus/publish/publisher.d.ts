/** Publishing: XADD in pipelines, confirmed by Redis or reported as not confirmed. */
import type { RedisClient } from '../connections.ts';
import type { Log } from '../observer.ts';
import type { BusObserver } from '../observer.ts';
import { type Fields } from '../contract/wire.ts';
export interface Publisher {
    /**
     * Appends entries to a stream in the given order. Gives for each whether Redis confirmed it;
     * never rejects, since an entry that was not confirmed stays in its outbox.
     */
    publish(stream: string, entries: readonly Fields[]): Promise<boolean[]>;
    /** The newest id that Redis has confirmed on a stream. */
    lastId(stream: string): string | undefined;
}
/**
 * Calls made in the same turn of the event loop share a stream's pipeline: many callers that publish one
 * entry each cost one round trip.
 */
export declare function createPublisher(redis: RedisClient, keyOf: (stream: string) => string, observer: BusObserver, log: Log): Publisher;
