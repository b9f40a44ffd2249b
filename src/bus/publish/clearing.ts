/** Clearing: events that Redis has confirmed go from their documents, many with one write and a while later. */
import type { Collection } from 'mongodb';
import type { OutboxDocument } from '../contract/event.ts';
import type { Log } from '../observer.ts';

/** Documents whose events are cleared by one statement at most. */
const CLEAR_BATCH = 1000;
/** How long published events wait for company, or their document's next write, to be cleared, in ms. */
const CLEAR_DELAY_MS = 1000;

export interface ClearingOptions {
  collection: Collection<OutboxDocument>;
  /** A sweep leaves younger events to the process that has just written them, in ms. */
  sweepAfterMs: number;
  log: Log;
}

/** Events that are published but still in their documents: a sweep must not publish them again. */
export interface Clearing {
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

export function createClearing(options: ClearingOptions): Clearing {
  const { collection, sweepAfterMs, log } = options;
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
      await pull(collection, ids, [...eventIds]);
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

/** A lost clear only means that an event is published twice, so this need not reach the disk. */
async function pull(
  collection: Collection<OutboxDocument>,
  ids: string[],
  eventIds: string[],
): Promise<void> {
  await collection.updateMany(
    { _id: { $in: ids } },
    { $pull: { outbox: { eventId: { $in: eventIds } } } },
    { writeConcern: { w: 1, journal: false } },
  );
}
