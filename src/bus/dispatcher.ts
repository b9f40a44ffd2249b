/** From the entries of a stream to their handlers, and to what becomes of them. */
import { createAcknowledger } from './acknowledger.ts';
import { attempt } from './attempt.ts';
import { createDeadLetters, type DeadLetter } from './dead-letter.ts';
import { createDelivery, type Delivery } from './delivery.ts';
import { judge } from './failure.ts';
import type { FailureLog } from './failure-log.ts';
import { createGiveUp, type GivenUp } from './give-up.ts';
import type { EventContract } from './event.ts';
import type { Listener } from './handler.ts';
import { createLanes } from './lanes.ts';
import type { Log } from './log.ts';
import type { BusObserver } from './observer.ts';
import type { BusOptions } from './options.ts';
import { recordDeliveries, renew, type ClaimedEntry, type GroupRef } from './pending.ts';
import { createRouter, type Routed } from './route.ts';
import { createUnknown } from './unknown.ts';
import { MalformedEntryError, toEntry, toFields, type RawEntry } from './wire.ts';

/** Where Redis cannot say whose entries are, it is asked again so often in a claim time. */
const RENEW_RETRY = 10;
/** An entry that was given so many times the allowed deliveries without an answer kills processes. */
const DEADLY = 4;

export interface DispatcherOptions<Context> {
  /** The stream's name, as contracts name it. */
  stream: string;
  ref: GroupRef;
  listeners: readonly Listener<Context>[];
  /** The contracts of the stream, those without a listener here included. */
  contracts: readonly EventContract[];
  context: Context;
  options: BusOptions;
  observer: BusObserver;
  failures: FailureLog;
  log: Log;
}

/** What became of dead letters that were handled again: those that failed, with the reason. */
export interface ReplayResult {
  replayed: string[];
  failed: { id: string; error: string }[];
}

export interface Dispatcher {
  /** Takes entries over; those that are here already are passed over. */
  receive(entries: readonly ClaimedEntry[]): void;
  /** Handles dead letters once more, each in its place among the entries with its key. */
  replay(letters: readonly DeadLetter[]): Promise<ReplayResult>;
  /** The ids of all entries that Redis counts as pending here, as far as we know. */
  held(): string[];
  /** Told when the held entries were renewed, and which of them belong to others now. */
  renewed(at: number, lost: readonly string[]): void;
  /** How many more entries may be taken over. */
  room(): number;
  /** Resolves when there is room. */
  whenRoom(): Promise<void>;
  /** Starts nothing more; resolves when what runs has ended. */
  drain(): Promise<unknown>;
  /** Sends the last acknowledgements. */
  close(): Promise<void>;
}

export function createDispatcher<Context>(dispatcher: DispatcherOptions<Context>): Dispatcher {
  const { stream, ref, context, options, observer, failures: failureLog, log } = dispatcher;
  const { group } = ref;
  const where = { stream, group };
  const route = createRouter(stream, dispatcher.listeners);
  const giveUp = createGiveUp({ ref, where, observer, failures: failureLog, log });
  const passOver = createUnknown({ contracts: dispatcher.contracts, where, observer, log });
  const held = new Map<string, Delivery<Context> | undefined>();
  let renewedAt = Date.now();
  let draining = false;
  let storeAway = false;
  let roomMade: (() => void) | undefined;

  const acknowledger = createAcknowledger({
    redis: ref.redis,
    stream: ref.stream,
    group,
    log,
    acknowledged: (entryIds) => release(...entryIds),
  });
  const lanes = createLanes<Delivery<Context>>({
    concurrency: options.concurrency,
    batch: options.handlerBatch,
    run,
  });

  /** What is acknowledged, given up or lost makes room; what is only handled does not yet. */
  function release(...entryIds: string[]): void {
    for (const entryId of entryIds) held.delete(entryId);
    if (room() > 0) roomMade?.();
  }

  function room(): number {
    return options.maxInFlight - held.size;
  }

  async function whenRoom(): Promise<void> {
    if (room() > 0 || draining) return;
    await new Promise<void>((resolve) => (roomMade = resolve));
    roomMade = undefined;
  }

  function receive(entries: readonly ClaimedEntry[]): void {
    const deliveries: Delivery<Context>[] = [];
    for (const { entry, deliveries: attempts } of entries) {
      const [entryId] = entry;
      if (held.has(entryId)) continue;
      const isDeadly = attempts > options.maxDeliveries * DEADLY;
      const routed = isDeadly ? deadly(entry, route(entry)) : route(entry);
      const delivery =
        routed.kind === 'event' ? createDelivery(routed.event, routed.route, attempts) : undefined;
      held.set(entryId, delivery);
      if (delivery) deliveries.push(delivery);
      else if (routed.kind === 'ignored') {
        passOver(entryId, routed.fields);
        acknowledger.done(entryId);
      } else if (routed.kind === 'malformed') {
        const { fields, about, error } = routed;
        void abandon({ originId: entryId, fields, about, attempts, firstAt: Date.now(), error });
      }
    }
    lanes.add(deliveries);
  }

  async function abandon(given: GivenUp): Promise<void> {
    await giveUp(given);
    release(given.originId);
  }

  async function run(batch: Delivery<Context>[]): Promise<Map<Delivery<Context>, number>> {
    try {
      await fence(batch);
    } catch {
      return new Map(batch.map((delivery) => [delivery, options.claimIdleMs / RENEW_RETRY]));
    }
    const ours = batch.filter(({ lost }) => !lost);
    for (const { entryId, lost } of batch) if (lost) release(entryId);
    return ours.length > 0 ? handle(ours) : new Map();
  }

  /**
   * A process that stood still (SIGSTOP, a paused machine) may have lost its entries without
   * knowing: before it goes on with old ones it asks whose they are.
   */
  async function fence(batch: readonly Delivery<Context>[]): Promise<void> {
    const limit = Date.now() - options.claimIdleMs / 2;
    if (renewedAt > limit) return;
    const old = batch.filter(({ since, settle }) => since <= limit && !settle);
    if (old.length > 0)
      markLost(
        await renew(
          ref,
          old.map(({ entryId }) => entryId),
        ),
      );
  }

  function markLost(entryIds: readonly string[]): void {
    for (const entryId of entryIds) {
      const delivery = held.get(entryId);
      if (delivery) delivery.lost = true;
    }
  }

  async function handle(batch: Delivery<Context>[]): Promise<Map<Delivery<Context>, number>> {
    const { listener } = batch[0]!.kind;
    const begun = performance.now();
    const failures = await attempt(
      listener.handle,
      batch.map(({ event }) => event),
      context,
    );
    observer.handled(
      where,
      listener.contract.type,
      batch.length,
      (performance.now() - begun) / 1000,
    );
    if (storeAway && failures.size === 0) {
      storeAway = false;
      log.info(where, 'the store is reached again');
    }
    const again = new Map<Delivery<Context>, number>();
    for (const delivery of batch) {
      const error = failures.get(delivery.event);
      if (delivery.settle) delivery.settle(error);
      else if (!error) acknowledger.done(delivery.entryId);
      else {
        const pause = await failed(delivery, error);
        if (pause !== undefined) again.set(delivery, pause);
      }
    }
    return again;
  }

  /** Gives the pause before the next try of an entry, or nothing where it was given up. */
  async function failed(delivery: Delivery<Context>, error: Error): Promise<number | undefined> {
    const { entryId, event, attempts, kind } = delivery;
    const { eventId, key, type } = event;
    const about = { err: error, stream, group, entryId, eventId, key, type, attempts };
    const verdict = judge(error, attempts, { ...options, ...kind.listener.delivery });
    switch (verdict.kind) {
      case 'give-up':
        await abandon({
          originId: entryId,
          about: event,
          attempts,
          firstAt: delivery.since,
          error,
        });
        return undefined;
      case 'wait':
        // One line when it begins, not one for each entry that waits.
        if (!storeAway) log.warn(about, 'a store cannot be reached; entries wait for it');
        storeAway = true;
        return verdict.pauseMs;
      case 'again':
        log.warn(about, 'the handler failed; the entry is tried again');
        observer.retried(where);
        failureLog.note(event, { ...where, entryId, attempt: attempts, outcome: 'retried', error });
        delivery.attempts += 1;
        await recordDeliveries(ref, entryId, delivery.attempts).catch(() => undefined);
        return verdict.pauseMs;
    }
  }

  async function replay(letters: readonly DeadLetter[]): Promise<ReplayResult> {
    const result: ReplayResult = { replayed: [], failed: [] };
    await Promise.all(
      letters.map(async (letter) => {
        const error = await once(letter);
        if (error) result.failed.push({ id: letter.id, error: error.message });
        else result.replayed.push(letter.id);
      }),
    );
    await createDeadLetters(ref.redis, ref.stream, group).discard(result.replayed);
    return result;
  }

  function once({ originId, fields, attempts }: DeadLetter): Promise<Error | undefined> {
    const routed = route([originId, toEntry(fields)]);
    if (routed.kind === 'malformed') return Promise.resolve(routed.error);
    if (routed.kind === 'ignored')
      return Promise.resolve(new Error(`${group} does not listen to such events any more`));
    const { event, route: kind } = routed;
    return new Promise((settle) => lanes.add([createDelivery(event, kind, attempts, settle)]));
  }

  return {
    receive,
    replay,
    held: () => [...held.keys()],
    renewed(at, lost) {
      renewedAt = at;
      markLost(lost);
    },
    room,
    whenRoom,
    drain() {
      draining = true;
      roomMade?.();
      return lanes.stop();
    },
    close: () => acknowledger.close(),
  };
}

/** An entry that was delivered far more often than it may fail: it ends the processes that take it. */
function deadly<Context>([, list]: RawEntry, routed: Routed<Context>): Routed<Context> {
  if (routed.kind === 'ignored') return routed;
  const error = new MalformedEntryError('every process that took it ended before it was handled');
  const about = routed.kind === 'event' ? routed.event : routed.about;
  return { kind: 'malformed', fields: toFields(list), about, error };
}
