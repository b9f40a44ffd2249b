import type { Collection, IndexDescription } from 'mongodb';
import type { Log } from '../observer.ts';
import type { OutboxRecord } from '../contract/event.ts';
import type { Publisher } from './publisher.ts';
/** A document that carries events. */
export interface OutboxDocument {
    _id: string;
    outbox?: OutboxRecord[];
}
/** Holds only documents with unpublished events, so that a sweep costs nothing when all is well. */
export declare const OUTBOX_INDEX: IndexDescription;
export interface OutboxOptions {
    collection: Collection<OutboxDocument>;
    stream: string;
    publisher: Publisher;
    log: Log;
    /** A sweep leaves younger events to the process that has just written them, in ms. */
    sweepAfterMs: number;
}
export interface Outbox {
    /**
     * Publishes the events of documents that were just written, oldest first within a document, and
     * clears them in the background. Resolves when Redis has answered, and never rejects: what was
     * not confirmed stays in its document for the sweep. An event that another caller has under way, or
     * has just published, is not published twice.
     */
    publish(documents: readonly OutboxDocument[]): Promise<void>;
    /**
     * Gives the ids of a document's published events that its outbox still has, as far as is known
     * here, and forgets them: the caller's next write of the document takes them away. Should it not, a
     * sweep does.
     */
    takePublished(id: string): string[];
    /** Publishes what crashes and outages left behind. Gives the number of events published. */
    sweep(): Promise<number>;
    /** Whether the last sweep left no event that was old enough for it unpublished. */
    readonly drained: boolean;
    /** Resolves when everything that was published is cleared, or could not be. */
    close(): Promise<void>;
}
export declare function createOutbox(options: OutboxOptions): Outbox;
