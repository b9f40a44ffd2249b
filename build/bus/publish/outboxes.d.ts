/** The outboxes of a process, and the sweep of what crashes and outages left in them. */
import type { Collection } from 'mongodb';
import type { Log } from '../observer.ts';
import type { BusOptions } from '../options.ts';
import { type Periodic } from '../timing.ts';
import { type Outbox, type OutboxDocument } from './outbox.ts';
import type { Publisher } from './publisher.ts';
export interface Outboxes {
    open<Document extends OutboxDocument>(collection: Collection<Document>, stream: string): Outbox;
    readonly sweeper: Periodic;
    /** Up to when every event here is published, in ms since the epoch; undefined: not known. */
    publishedUpTo(): number | undefined;
    close(): Promise<void>;
}
export declare function createOutboxes(dependencies: {
    publisher: Publisher;
    options: Pick<BusOptions, 'sweepEveryMs' | 'sweepAfterMs'>;
    log: Log;
}): Outboxes;
