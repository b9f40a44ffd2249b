/** Routing: what an entry is, as which event for which listener, and where it goes from here. */
import type { DeadLetterWriter } from '../recover/dead-letters.ts';
import type { Acknowledger } from './acknowledger.ts';
import { type Delivery, type InFlight } from './in-flight.ts';
import type { KeyedQueue } from './keyed-queue.ts';
import { type RetryPolicy } from './retry-policy.ts';
import type { EventRef } from '../recover/failure-log.ts';
import type { Listener } from './handler.ts';
import { MalformedEntryError, type Fields } from '../contract/wire.ts';
import type { RawEntry } from '../replies.ts';
import type { Event, EventContract } from '../contract/event.ts';
import type { BusObserver, Log, Subscribed } from '../observer.ts';
/** What an entry turned out to be. */
export type Routed<Context> = {
    kind: 'event';
    event: Event;
    listener: Listener<Context>;
} | {
    kind: 'malformed';
    fields: Fields;
    event: EventRef;
    error: MalformedEntryError;
}
/** Nobody here listens to it. */
 | {
    kind: 'skip';
    fields: Fields;
};
/**
 * Makes the function that routes the entries of one stream. An entry without a `type` belongs to
 * the listener whose contract claims such entries. A version that we do not know is malformed
 * rather than ignored: a newer publisher means something by it that this reader must not lose.
 */
export declare function createRouter<Context>(stream: string, listeners: readonly Listener<Context>[]): (entry: RawEntry) => Routed<Context>;
export interface Receiver {
    /**
     * Takes entries that Redis has given to this consumer; those that are in flight already keep their place,
     * and are ours again. Those that `deliveries` does not count were delivered once.
     */
    receive(entries: readonly RawEntry[], deliveries?: ReadonlyMap<string, number>): void;
}
/** An event goes to the queue, an entry that is not for us is acknowledged, any other is a dead letter. */
export declare function createReceiver<Context>(receiver: {
    route: (entry: RawEntry) => Routed<Context>;
    reportSkip: SkipReport;
    policy: Pick<RetryPolicy, 'maxDeliveries'>;
    inFlight: InFlight;
    queue: Pick<KeyedQueue<Delivery<Context>>, 'add'>;
    acknowledger: Pick<Acknowledger, 'acknowledge'>;
    deadLetters: DeadLetterWriter;
}): Receiver;
/** Reports an entry that is skipped. */
export type SkipReport = (entryId: string, fields: Fields) => void;
/**
 * Makes the function that reports entries which are skipped. One that some contract of its stream knows is
 * meant for others. Any other is unroutable: somebody who is newer than this process, or a stranger,
 * writes to the stream. Such are counted, and logged once for each type.
 */
export declare function createSkipReport(options: {
    /** The contracts of the stream, those that nobody here listens to included. */
    contracts: readonly EventContract[];
    where: Subscribed;
    observer: BusObserver;
    log: Log;
}): SkipReport;
