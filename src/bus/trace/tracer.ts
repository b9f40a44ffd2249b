/** Finding what became of events with one key: their entries, where each group stands, and what both logs hold. */
import type { RedisClient } from '../connections.ts';
import type { Fields } from '../contract/event.ts';
import { toFields } from '../contract/wire.ts';
import type { Failure, FailureLog } from '../recover/failure-log.ts';
import { compareIds, readGroups, timeOf, type GroupRow } from '../replies.ts';
import type { DeliveryLog, HandledDelivery } from './delivery-log.ts';
import { toTraces, type Acknowledgement, type EventTrace, type FoundEvent } from './waterfall.ts';

/** An event that is known to have been published. */
export interface KnownEvent {
  stream: string;
  eventId: string;
  type: string;
  /** When it happened, in ms since the epoch. */
  at: number;
}

/** So much earlier than an event happened, by another clock, its entry may have been appended, in ms. */
const SKEW_MS = 1000;
/** And so much later: what comes later still is found where somebody has handled it. */
const LATE_MS = 60_000;
/** Entries that are read at a time, and how often for one event at most. */
const ENTRIES = 200;
const ENTRY_PAGES = 25;
/** Pages of the log of deliveries that are read for one event, and for all of them, at most. */
const LOG_PAGES = 10;
const ALL_LOG_PAGES = 60;
/** Entries that somebody has handled and that are looked for by their ids at most. */
const MORE_ENTRIES = 100;

export interface Tracer {
  /**
   * What became of these events of a key in every group, and of others with that key which the logs know,
   * the oldest first. It reads within bounds: what lies beyond them is unknown.
   */
  trace(key: string, events: readonly KnownEvent[]): Promise<EventTrace[]>;
}

export interface TracerOptions {
  redis: RedisClient;
  keyOf: (stream: string) => string;
  failures: Pick<FailureLog, 'of'>;
  deliveries: Pick<DeliveryLog, 'read'>;
  /** The groups that handle events of the type, wherever they run. */
  readersOf: (event: Pick<FoundEvent, 'stream' | 'type'>) => readonly string[];
}

export function createTracer(options: TracerOptions): Tracer {
  const { failures, readersOf } = options;
  return {
    async trace(key, known) {
      const failed = await failures.of(key);
      const events = await findEvents(options, known);
      const seen = new Set(events.map(({ entryId }) => entryId));
      for (const one of failed) {
        if (!seen.has(one.entryId)) events.push(await eventOf(options, one));
        seen.add(one.entryId);
      }
      const acknowledgementOf = await readAcknowledgements(options, events);
      const handled = await readHandled(options, key, events, (event) =>
        readersOf(event).filter((group) => acknowledgementOf(event, group) === 'acknowledged'),
      );
      const others = handled.filter(({ entryId }) => !seen.has(entryId)).slice(0, MORE_ENTRIES);
      for (const one of others) {
        if (!seen.has(one.entryId)) await addHandled(options, { events, key, one });
        seen.add(one.entryId);
      }
      return toTraces({ events, readersOf, handled, failures: failed, acknowledgementOf });
    },
  };
}

/** Looks for the entries of events about when they happened. */
async function findEvents(
  { redis, keyOf }: TracerOptions,
  known: readonly KnownEvent[],
): Promise<FoundEvent[]> {
  const byStream = Map.groupBy(known, ({ stream }) => stream);
  const found = [...byStream].map(async ([stream, events]) => {
    const wanted = new Set(events.map(({ eventId }) => eventId));
    const entries = new Map<string, { entryId: string; fields: Fields }>();
    for (const { eventId, at } of events) {
      let from = String(Math.max(0, at - SKEW_MS));
      for (let page = 0; page < ENTRY_PAGES && !entries.has(eventId); page += 1) {
        const until = String(at + LATE_MS);
        const rows = await redis.xrange(keyOf(stream), from, until, 'COUNT', ENTRIES);
        for (const [entryId, list] of rows) {
          const fields = toFields(list);
          const id = fields['eventId'] ?? entryId;
          // Published again, it is another entry, of which the logs know.
          if (wanted.has(id) && !entries.has(id)) entries.set(id, { entryId, fields });
        }
        if (rows.length < ENTRIES) break;
        from = `(${rows.at(-1)![0]}`;
      }
    }
    return events.map((event) => ({
      ...event,
      ...(entries.get(event.eventId) ?? { entryId: null, fields: undefined }),
    }));
  });
  return (await Promise.all(found)).flat();
}

/** The event of a failure. */
async function eventOf(options: TracerOptions, failure: Failure): Promise<FoundEvent> {
  const { stream, entryId, eventId, type } = failure;
  const fields = await readEntry(options, failure);
  return { stream, eventId, type, at: timeOf(entryId), entryId, fields };
}

/** The fields of an entry, if it is in the stream still. */
async function readEntry(
  { redis, keyOf }: TracerOptions,
  { stream, entryId }: { stream: string; entryId: string },
) {
  const [entry] = await redis.xrange(keyOf(stream), entryId, entryId);
  return entry && toFields(entry[1]);
}

/**
 * Adds the entry of a delivery: that of an event which was published again, or which was not found, since
 * it was trimmed: then it is the one that happened nearest to it.
 */
async function addHandled(
  options: TracerOptions,
  { events, key, one }: { events: FoundEvent[]; key: string; one: HandledDelivery },
): Promise<void> {
  const { stream, entryId } = one;
  const fields = await readEntry(options, one);
  const at = timeOf(entryId);
  const isNear = (event: FoundEvent): boolean =>
    event.stream === stream &&
    (fields ? event.eventId === (fields['eventId'] ?? entryId) : Math.abs(event.at - at) < LATE_MS);
  const [missing] = events
    .filter((event) => event.entryId === null && isNear(event))
    .toSorted((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at));
  if (missing) Object.assign(missing, { entryId, fields });
  // The hash of a key may be that of another.
  else if (fields && Object.values(fields).includes(key))
    events.push({
      stream,
      eventId: fields['eventId'] ?? entryId,
      type: fields['type'],
      at: Number(fields['at']) || at,
      entryId,
      fields,
    });
}

/** Asks where the groups stand. */
async function readAcknowledgements(
  { redis, keyOf, readersOf }: TracerOptions,
  events: readonly FoundEvent[],
) {
  const rows = new Map<string, GroupRow[]>();
  for (const stream of new Set(events.map((event) => event.stream)))
    rows.set(stream, await readGroups(redis, keyOf(stream)).catch(() => []));
  const pending = new Set<string>();
  const rowOf = (stream: string, group: string): GroupRow | undefined =>
    rows.get(stream)?.find((row) => row.group === group);
  const asked = events.flatMap((event) =>
    readersOf(event).map(async (group) => {
      const { stream, entryId } = event;
      if (entryId === null || !rowOf(stream, group)?.pending) return;
      const found = await redis
        .xpending(keyOf(stream), group, entryId, entryId, 1)
        .catch((): unknown[] => []);
      if (found.length > 0) pending.add(`${entryId} ${stream} ${group}`);
    }),
  );
  await Promise.all(asked);
  return ({ stream, entryId }: FoundEvent, group: string): Acknowledgement | undefined => {
    const row = rowOf(stream, group);
    if (!row || entryId === null) return undefined;
    if (compareIds(row.lastDelivered, entryId) < 0) return 'unread';
    return pending.has(`${entryId} ${stream} ${group}`) ? 'pending' : 'acknowledged';
  };
}

/**
 * Reads the log from each event on until it has found what the groups `of` the event have handled; an
 * event that was not found is taken to have been handled soon.
 */
async function readHandled(
  { deliveries }: TracerOptions,
  key: string,
  events: readonly FoundEvent[],
  of: (event: FoundEvent) => readonly string[],
): Promise<HandledDelivery[]> {
  const handled: HandledDelivery[] = [];
  const isMissing = (event: FoundEvent): boolean =>
    event.entryId === null ||
    !of(event).every((group) =>
      handled.some(
        (one) =>
          one.group === group && one.entryId === event.entryId && one.stream === event.stream,
      ),
    );
  let left = ALL_LOG_PAGES;
  let next: string | null = '-';
  /** Up to where the log was read, in ms since the epoch. */
  let readTo = 0;
  for (const event of events.toSorted((a, b) => a.at - b.at)) {
    const from = (event.entryId === null ? event.at : timeOf(event.entryId)) - SKEW_MS;
    if (from > readTo) next = String(Math.max(0, from));
    for (let page = 0; page < LOG_PAGES && left > 0 && next !== null; page += 1) {
      if (!isMissing(event)) break;
      const read = await deliveries.read(key, next);
      handled.push(...read.found);
      left -= 1;
      next = read.next;
      readTo = next === null ? Infinity : timeOf(next.slice(1));
      if (event.entryId === null && readTo > event.at + LATE_MS) break;
    }
  }
  return handled;
}
