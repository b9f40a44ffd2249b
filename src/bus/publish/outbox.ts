/**
 * The outbox in the document: events are stored by the same write as the change they report,
 * published at once, cleared after, and found by a sweep where a crash came in between.
 * A single-document write is atomic on every MongoDB, so nothing else is needed for it.
 */
import { LRUCache } from 'lru-cache';
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
export const OUTBOX_INDEX: IndexDescription = {
  name: 'outbox',
  key: { 'outbox.at': 1 },
  partialFilterExpression: { 'outbox.0': { $exists: true } },
};

/** Documents read by one round of a sweep. */
const SWEEP_BATCH = 500;
/** Documents whose events are cleared by one statement at most. */
const CLEAR_BATCH = 1000;
/** How long published events wait for company, or their document's next write, to be cleared, in ms. */
const CLEAR_DELAY_MS = 1000;
/** How long, in ms, and of how many events at most it is remembered that they were sent from here. */
const SENT_MS = 5000;
const SENT = 10_000;

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

export function createOutbox(options: OutboxOptions): Outbox {
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
    const sending = send(fresh.map(({ fields }) => fields));
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

  /** Gives the ids of those that Redis has confirmed. */
  async function send(events: readonly OutboxRecord[]): Promise<Set<string>> {
    const confirmed = await publisher.publish(stream, events);
    return new Set(events.filter((_, i) => confirmed[i]).map(({ eventId }) => eventId));
  }

  async function sweep(): Promise<number> {
    drained = false;
    await published.underWay();
    let count = 0;
    for (;;) {
      const { sent, unconfirmed } = await publish(await leftBehind());
      count += sent;
      drained = unconfirmed === 0;
      if (sent === 0) break;
      await published.clearNow();
    }
    const about = { stream, events: count };
    if (count > 0) log.info(about, 'the sweep published events that were left in the outbox');
    return count;
  }

  function leftBehind(): Promise<OutboxDocument[]> {
    const before = String(Date.now() - sweepAfterMs);
    return collection
      .find(
        { 'outbox.0': { $exists: true }, 'outbox.at': { $lte: before } },
        {
          projection: { outbox: 1 },
          limit: SWEEP_BATCH,
          sort: { 'outbox.at': 1 },
          hint: 'outbox',
        },
      )
      .toArray();
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

/** Events that are published but still in their documents: a sweep must not publish them again. */
interface Clearing {
  has(id: string, eventId: string): boolean;
  add(id: string, eventId: string): void;
  /** Gives those of a document, and forgets them. */
  take(id: string): string[];
  /** Has them cleared after a while, or at once where they are many. */
  clearSoon(): void;
  /** Clears a batch of them; resolves when it is, or could not be. */
  clearNow(): Promise<void>;
  /** Resolves when what is to be cleared now is. */
  underWay(): Promise<void>;
  /** Resolves when all are cleared, or could not be. */
  close(): Promise<void>;
}

function createClearing({ collection, log, sweepAfterMs }: OutboxOptions): Clearing {
  /** By document. */
  const published = new Map<string, string[]>();
  // Before sweeps of other processes could take them for left behind.
  const delayMs = Math.min(CLEAR_DELAY_MS, sweepAfterMs / 2);
  let timer: NodeJS.Timeout | undefined;
  let clearing: Promise<void> = Promise.resolve();

  function clearSoon(): void {
    if (published.size > 0) timer ??= setTimeout(() => void clearNow(), delayMs);
  }

  function clearNow(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    clearing = clearing.then(clear);
    return clearing;
  }

  async function clear(): Promise<void> {
    const batch = [...published.entries().take(CLEAR_BATCH)];
    if (batch.length === 0) return;
    const ids = batch.map(([_id]) => _id);
    const eventIds = new Set(batch.flatMap(([, ofDocument]) => ofDocument));
    try {
      // A lost clear only means that an event is published twice, so this need not reach the disk.
      await collection.updateMany(
        { _id: { $in: ids } },
        { $pull: { outbox: { eventId: { $in: [...eventIds] } } } },
        { writeConcern: { w: 1, journal: false } },
      );
    } catch (error) {
      log.warn({ err: error, documents: ids.length }, 'published events could not be cleared yet');
      return;
    }
    for (const _id of ids) {
      const left = published.get(_id)?.filter((eventId) => !eventIds.has(eventId)) ?? [];
      if (left.length > 0) published.set(_id, left);
      else published.delete(_id);
    }
    clearSoon();
  }

  return {
    has: (id, eventId) => published.get(id)?.includes(eventId) ?? false,
    add(id, eventId) {
      const ids = published.get(id);
      if (!ids) published.set(id, [eventId]);
      else if (!ids.includes(eventId)) ids.push(eventId);
    },
    take(id) {
      const eventIds = published.get(id) ?? [];
      published.delete(id);
      return eventIds;
    },
    clearSoon() {
      if (published.size >= CLEAR_BATCH) void clearNow();
      else clearSoon();
    },
    clearNow,
    // They wait for nothing only where they could not be cleared.
    underWay: () => (timer ? clearing : clearNow()),
    async close() {
      for (let left = Infinity; published.size > 0 && published.size < left;) {
        left = published.size;
        await clearNow();
      }
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
