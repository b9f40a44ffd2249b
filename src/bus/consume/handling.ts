/** Handling a batch: the handler is called once, and each entry meets what follows from it. */
import { backoff } from './retry-policy.ts';
import type { Delivery } from './delivery.ts';
import type { Event } from '../contract/event.ts';
import { asError, isUnavailable, UnrecoverableError } from '../errors.ts';
import type { About, FailureLog } from '../recover/failure-log.ts';
import { PartialFailure, type Listener } from './handler.ts';
import type { Log } from '../observer.ts';
import type { BusObserver, Subscribed } from '../observer.ts';
import type { BusOptions } from '../options.ts';
import type { StoreCheck } from './store-outage.ts';
import { recordDeliveries, type GroupRef } from '../recover/pending-entries.ts';
import type { Fields } from '../contract/wire.ts';

/** While a store is away, pauses start as if so many tries had failed already. */
const UNAVAILABLE_HEAD_START = 3;

export interface GivenUp {
  entryId: string;
  /** The entry's fields, where they are at hand; else they are read from the stream. */
  fields?: Fields;
  /** The event, as far as the entry says which it is. */
  about: About;
  attempts: number;
  /** When this process received it, in ms since the epoch. */
  firstAt: number;
  error: Error;
}

export interface HandlingOptions<Context> {
  ref: GroupRef;
  where: Subscribed;
  context: Context;
  options: BusOptions;
  observer: BusObserver;
  failures: FailureLog;
  log: Log;
  storesAnswer: StoreCheck;
  /** Takes an entry whose effect is stored. */
  done: (entryId: string) => void;
  /** Makes a dead letter of an entry. */
  abandon: (given: GivenUp) => Promise<void>;
}

export interface Handling<Context> {
  /**
   * Handles deliveries of one listener. Gives those that are to be tried again, each with the pause
   * before, in ms; and never rejects.
   */
  handle(batch: readonly Delivery<Context>[]): Promise<Map<Delivery<Context>, number>>;
  /** That entries have waited for a store for too long, or undefined. */
  trouble(): string | undefined;
}

/**
 * Calls the handler with the events. Gives the error of each event that was not handled. Where a
 * batch fails without saying which event was to blame, each is tried by itself, so that one
 * poisoned event does not take its neighbours along; but none behind one with its key that failed. A
 * store that is away fails all alike, unless it is known to answer (`storesAnswer`).
 */
async function attempt<Context>(
  handle: Listener<Context>['handle'],
  events: Event[],
  context: Context,
  storesAnswer = false,
): Promise<ReadonlyMap<Event, Error>> {
  try {
    await handle(events, context);
    return new Map();
  } catch (thrown) {
    const error = asError(thrown);
    if (error instanceof PartialFailure) return error.failures;
    if (events.length === 1 || (isUnavailable(error) && !storesAnswer))
      return new Map(events.map((event) => [event, error]));
  }
  const failures = new Map<Event, Error>();
  const blocked = new Set<string>();
  for (const event of events) {
    if (blocked.has(event.key)) continue;
    for (const [failed, error] of await attempt(handle, [event], context)) {
      failures.set(failed, error);
      blocked.add(event.key);
    }
  }
  return failures;
}

/** How many events of each type there are. */
function countTypes(batch: readonly { event: Event }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { event } of batch) counts.set(event.type, (counts.get(event.type) ?? 0) + 1);
  return counts;
}

export function createHandling<Context>(handling: HandlingOptions<Context>): Handling<Context> {
  const { ref, where, context, options, observer, log, storesAnswer, done, abandon } = handling;
  let storeAway = false;
  /** Why the store is away, once that has lasted for too long. */
  let outage: Error | undefined;

  /** Whether it has waited for a store for so long that it may be to blame itself. */
  function isOverdue({ waitsSince }: Delivery<Context>): boolean {
    return waitsSince !== undefined && Date.now() - waitsSince >= options.outageMs;
  }

  async function handle(batch: readonly Delivery<Context>[]) {
    const { listener } = batch[0]!;
    const begun = performance.now();
    const failures = await attempt(
      listener.handle,
      batch.map(({ event }) => event),
      context,
      batch.some(isOverdue) && (await storesAnswer()),
    );
    const seconds = (performance.now() - begun) / 1000;
    for (const [type, count] of countTypes(batch)) observer.handled(where, type, count, seconds);
    if (storeAway && failures.size === 0) {
      storeAway = false;
      outage = undefined;
      log.info(where, 'the store is reached again');
    }
    const again = new Map<Delivery<Context>, number>();
    const blocked = new Set<string>();
    for (const delivery of batch) {
      if (blocked.has(delivery.key)) {
        again.set(delivery, 0);
        continue;
      }
      const error = failures.get(delivery.event);
      if (error) blocked.add(delivery.key);
      if (delivery.settle) delivery.settle(error);
      else if (!error) done(delivery.entryId);
      else {
        const pause = await failed(delivery, error);
        if (pause !== undefined) again.set(delivery, pause);
      }
    }
    return again;
  }

  /** Gives the pause before the next try of an entry, or nothing where it was given up. */
  async function failed(delivery: Delivery<Context>, error: Error): Promise<number | undefined> {
    const { entryId, event, attempts, listener } = delivery;
    const { eventId, key, type } = event;
    const about = { err: error, ...where, entryId, eventId, key, type, attempts };
    const { maxDeliveries, retryMinMs, retryMaxMs } = { ...options, ...listener.delivery };
    const overdue = isOverdue(delivery);
    // A store was away: nothing is wrong with the entry, so the try does not count.
    if (isUnavailable(error) && !(overdue && (await storesAnswer()))) {
      // One line when it begins, not one for each entry that waits.
      if (!storeAway) log.warn(about, 'a store cannot be reached; entries wait for it');
      storeAway = true;
      delivery.waitsSince ??= Date.now();
      if (overdue && !outage)
        log.error(about, 'a store has been away for too long; entries go on waiting for it');
      if (overdue) outage = error;
      observer.deferred(where);
      return backoff(attempts + UNAVAILABLE_HEAD_START, retryMinMs, retryMaxMs);
    }
    if (error instanceof UnrecoverableError || attempts >= maxDeliveries) {
      await abandon({ entryId, about: event, attempts, firstAt: delivery.since, error });
      return undefined;
    }
    log.warn(about, 'the handler failed; the entry is tried again');
    observer.retried(where);
    const outcome = 'retried';
    handling.failures.note(event, { ...where, entryId, attempt: attempts, outcome, error });
    delivery.attempts += 1;
    await recordDeliveries(ref, entryId, delivery.attempts).catch(() => undefined);
    return backoff(attempts, retryMinMs, retryMaxMs);
  }

  return {
    handle,
    trouble: () => outage && `${where.stream}: waiting for a store: ${outage.message}`,
  };
}
