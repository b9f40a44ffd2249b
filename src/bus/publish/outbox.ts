/**
 * The outbox in the document: events are stored by the same write as the change they report,
 * published at once, cleared after, and found by a sweep where a crash came in between.
 * A single-document write is atomic on every MongoDB, so nothing else is needed for it.
 */
import { LRUCache } from 'lru-cache';
import type { Collection, IndexDescription } from 'mongodb';
import type { Log } from '../observer.ts';
import type { OutboxDocument, OutboxRecord } from '../contract/event.ts';
import type { BusOptions } from '../options.ts';
import { periodic, type Periodic } from '../scheduling.ts';
import { createClearing, type ClearingOptions } from './clearing.ts';
import type { Publisher } from './publisher.ts';

/** Holds only documents with unpublished events, so that a sweep costs nothing when all is well. */
export const OUTBOX_INDEX: IndexDescription = {
  name: 'outbox',
  key: { 'outbox.at': 1 },
  partialFilterExpression: { 'outbox.0': { $exists: true } },
};

/** Documents read by one round of a sweep. */
const SWEEP_BATCH = 500;
/** How long, in ms, and of how many events at most it is remembered that they were sent from here. */
const SENT_MS = 5000;
const SENT = 10_000;

interface OutboxOptions extends ClearingOptions {
  stream: string;
  publisher: Publisher;
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

function createOutbox(options: OutboxOptions): Outbox {
  const { collection, stream, publisher, log, sweepAfterMs } = options;
  const published = createClearing(options);
  /**
   * What was sent lately, by event, with what Redis has confirmed of it: a document that was read
   * before its events were cleared still has them.
   */
  const recentlySent = new LRUCache<string, Promise<Set<string>>>({ max: SENT, ttl: SENT_MS });
  let drained = false;

  /** Gives how many events were published, and how many Redis did not confirm. */
  async function publish(
    documents: readonly OutboxDocument[],
  ): Promise<{ sent: number; unconfirmed: number }> {
    const entries = documents.flatMap(({ _id, outbox = [] }) =>
      outbox
        .filter(({ eventId }) => !published.has(_id, eventId))
        .map((fields) => ({ _id, fields, eventId: fields.eventId })),
    );
    if (entries.length === 0) return { sent: 0, unconfirmed: 0 };
    const earlier = entries.map(({ eventId }) => recentlySent.get(eventId));
    const fresh = entries.filter((_, i) => !earlier[i]);
    const records = fresh.map(({ fields }) => fields);
    const sending = send(publisher, stream, records);
    for (const { eventId } of fresh) recentlySent.set(eventId, sending);
    let unconfirmed = 0;
    for (const [i, { _id, eventId }] of entries.entries()) {
      if ((await (earlier[i] ?? sending)).has(eventId)) published.add(_id, eventId);
      else {
        unconfirmed += 1;
        recentlySent.delete(eventId);
      }
    }
    published.clearSoon();
    return { sent: (await sending).size, unconfirmed };
  }

  async function sweep(): Promise<number> {
    drained = false;
    await published.underWay();
    let count = 0;
    for (;;) {
      const { sent, unconfirmed } = await publish(await leftBehind(collection, sweepAfterMs));
      count += sent;
      drained = unconfirmed === 0;
      if (sent === 0) break;
      await published.clearNow();
    }
    const about = { stream, events: count };
    if (count > 0) log.info(about, 'the sweep published events that were left in the outbox');
    return count;
  }

  return {
    async publish(documents) {
      await publish(documents);
    },
    takePublished: (id) => published.take(id),
    sweep,
    get drained() {
      return drained;
    },
    close: () => published.close(),
  };
}

/** Gives the ids of those that Redis has confirmed. */
async function send(
  publisher: Publisher,
  stream: string,
  events: readonly OutboxRecord[],
): Promise<Set<string>> {
  const confirmed = await publisher.publish(stream, events);
  return new Set(events.filter((_, i) => confirmed[i]).map(({ eventId }) => eventId));
}

/** The documents with the oldest events that are older than the given age. */
function leftBehind(
  collection: Collection<OutboxDocument>,
  ageMs: number,
): Promise<OutboxDocument[]> {
  const before = String(Date.now() - ageMs);
  return collection
    .find(
      { 'outbox.0': { $exists: true }, 'outbox.at': { $lte: before } },
      { projection: { outbox: 1 }, limit: SWEEP_BATCH, sort: { 'outbox.at': 1 }, hint: 'outbox' },
    )
    .toArray();
}

/** The outboxes of a process, and the sweep of what crashes and outages left in them. */
export interface Outboxes {
  open<Document extends OutboxDocument>(collection: Collection<Document>, stream: string): Outbox;
  readonly sweeper: Periodic;
  /** Up to when every event here is published, in ms since the epoch; undefined: not known. */
  publishedUpTo(): number | undefined;
  close(): Promise<void>;
}

export function createOutboxes(dependencies: {
  publisher: Publisher;
  options: Pick<BusOptions, 'sweepEveryMs' | 'sweepAfterMs'>;
  log: Log;
}): Outboxes {
  const { publisher, log } = dependencies;
  const { sweepEveryMs, sweepAfterMs } = dependencies.options;
  const outboxes: Outbox[] = [];
  let publishedUpTo: number | undefined;

  async function sweep(): Promise<void> {
    const began = Date.now();
    for (const outbox of outboxes) await outbox.sweep();
    if (outboxes.every(({ drained }) => drained)) publishedUpTo = began - sweepAfterMs;
  }

  return {
    open(collection, stream) {
      const untyped = collection as unknown as Collection<OutboxDocument>;
      const outbox = createOutbox({ collection: untyped, stream, publisher, log, sweepAfterMs });
      outboxes.push(outbox);
      return outbox;
    },
    sweeper: periodic({ everyMs: sweepEveryMs, work: sweep, what: 'sweeping the outboxes', log }),
    publishedUpTo: () => publishedUpTo,
    close: async () => void (await Promise.all(outboxes.map((outbox) => outbox.close()))),
  };
}
