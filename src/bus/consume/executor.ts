/** From the entries of a stream to their handlers, and to what becomes of them. */
import { createAcknowledger } from './acknowledger.ts';
import { bury, type DeadLetter } from '../recover/dead-letters.ts';
import { replayDeadLetters, type ReplayResult } from '../recover/dead-letter-replay.ts';
import { createDelivery, type Delivery } from './delivery.ts';
import { ERROR_LENGTH } from '../recover/failure-log.ts';
import type { EventContract } from '../contract/event.ts';
import type { Listener } from './handler.ts';
import { asError } from '../errors.ts';
import { createHandling, type GivenUp, type HandlingOptions } from './handling.ts';
import { createKeyedQueue } from './keyed-queue.ts';
import { renew } from '../recover/pending-entries.ts';
import { createRouter, type Routed } from './router.ts';
import { createSizes, sizeOf } from './in-flight.ts';
import { createUnknown } from './router.ts';
import { MalformedEntryError, toFields, type Fields, type RawEntry } from '../contract/wire.ts';

/** Where Redis cannot say whose entries are, it is asked again so often in a claim time. */
const RENEW_RETRY = 10;
/** An entry that was given so many times the allowed deliveries without an answer kills processes. */
const DEADLY = 4;

export interface DispatcherOptions<Context> extends Omit<
  HandlingOptions<Context>,
  'where' | 'done' | 'abandon'
> {
  /** The stream's name, as contracts name it. */
  stream: string;
  listeners: readonly Listener<Context>[];
  /** The contracts of the stream, those without a listener here included. */
  contracts: readonly EventContract[];
}

export interface Dispatcher {
  /**
   * Takes entries over; those that are here already keep their place, and are ours again. Those that
   * `deliveries` does not count were delivered once.
   */
  receive(entries: readonly RawEntry[], deliveries?: ReadonlyMap<string, number>): void;
  /** Handles dead letters once more, each in its place among the entries with its key. */
  replay(letters: AsyncIterable<DeadLetter[]>): Promise<ReplayResult>;
  /** The ids of all entries that Redis counts as pending here, as far as we know. */
  held(): string[];
  /** Told when the held entries were renewed, and which of them belong to others now. */
  renewed(at: number, lost: readonly string[]): void;
  /** How many more entries may be taken over. */
  room(): number;
  /** Of `count` entries, how many are likely to fit in memory. */
  fitting(count: number): number;
  /** Resolves when there is room. */
  whenRoom(): Promise<void>;
  /** Resolves when no handler is at work. */
  whenIdle(): Promise<void>;
  /** Starts nothing more; resolves when what runs has ended. */
  drain(): Promise<unknown>;
  /** Sends the last acknowledgements. */
  close(): Promise<void>;
  /** What does not work at the moment, or undefined. */
  trouble(): string | undefined;
}

export function createDispatcher<Context>(dispatcher: DispatcherOptions<Context>): Dispatcher {
  const { stream, ref, options, observer, failures, log } = dispatcher;
  const { group } = ref;
  const where = { stream, group };
  const route = createRouter(stream, dispatcher.listeners);
  const passOver = createUnknown({ contracts: dispatcher.contracts, where, observer, log });
  const held = new Map<string, Pick<Delivery<Context>, 'size' | 'lost'>>();
  const sizes = createSizes(options.maxInFlightBytes);
  let heldBytes = 0;
  let renewedAt = Date.now();
  let draining = false;
  let roomMade: (() => void) | undefined;

  const acknowledger = createAcknowledger({
    redis: ref.redis,
    stream: ref.stream,
    group,
    log,
    acknowledged: release,
  });
  const handling = createHandling({
    ...dispatcher,
    where,
    done: (entryId) => acknowledger.done(entryId),
    abandon,
  });
  const queue = createKeyedQueue<Delivery<Context>>({
    concurrency: options.concurrency,
    batch: options.handlerBatch,
    run,
  });

  /** What is acknowledged, given up or lost makes room; what is only handled does not yet. */
  function release(entryIds: readonly string[]): void {
    for (const entryId of entryIds) {
      heldBytes -= held.get(entryId)?.size ?? 0;
      held.delete(entryId);
    }
    if (room() > 0) roomMade?.();
  }

  function room(): number {
    return heldBytes < options.maxInFlightBytes ? options.maxInFlight - held.size : 0;
  }

  async function whenRoom(): Promise<void> {
    if (room() > 0 || draining) return;
    await new Promise<void>((resolve) => (roomMade = resolve));
    roomMade = undefined;
  }

  function receive(
    entries: readonly RawEntry[],
    counts: ReadonlyMap<string, number> = new Map(),
  ): void {
    const deliveries: Delivery<Context>[] = [];
    let largest = 0;
    for (const entry of entries) {
      const [entryId] = entry;
      const here = held.get(entryId);
      if (here) {
        here.lost = false;
        continue;
      }
      const attempts = counts.get(entryId) ?? 1;
      const size = sizeOf(entry);
      largest = Math.max(largest, size);
      heldBytes += size;
      const isDeadly = attempts > options.maxDeliveries * DEADLY;
      const routed = isDeadly ? deadly(entry, route(entry)) : route(entry);
      if (routed.kind === 'event') {
        const delivery = createDelivery(routed.event, routed.listener, attempts, size);
        held.set(entryId, delivery);
        deliveries.push(delivery);
        continue;
      }
      held.set(entryId, { size, lost: false });
      if (routed.kind === 'ignored') {
        passOver(entryId, routed.fields);
        acknowledger.done(entryId);
      } else {
        const { fields, about, error } = routed;
        void abandon({ entryId, fields, about, attempts, firstAt: Date.now(), error });
      }
    }
    if (entries.length > 0) sizes.note(largest);
    queue.add(deliveries);
  }

  /**
   * Makes a dead letter of an entry. It never rejects: a letter that could not be written leaves its entry
   * pending, where it is claimed and tried again later.
   */
  async function abandon(given: GivenUp): Promise<void> {
    const { entryId, about, attempts, firstAt, error } = given;
    const what = { err: error, ...where, entryId, attempts };
    try {
      const deadLetter = await bury(ref, {
        originId: entryId,
        ...where,
        fields: given.fields ?? (await read(entryId)),
        error: error.message.slice(0, ERROR_LENGTH),
        attempts,
        firstAt,
        lastAt: Date.now(),
      });
      if (deadLetter !== null) {
        observer.deadLettered(where);
        const outcome = 'dead-lettered';
        failures.note(about, { ...where, entryId, attempt: attempts, outcome, error });
        log.error({ ...what, deadLetter }, 'the entry is now a dead letter');
      }
    } catch (burying) {
      log.warn({ ...what, err: asError(burying) }, 'the dead letter could not be written yet');
    }
    release([entryId]);
  }

  async function read(entryId: string): Promise<Fields> {
    const [entry] = await ref.redis.xrange(ref.stream, entryId, entryId);
    return toFields(entry?.[1] ?? []);
  }

  async function run(batch: Delivery<Context>[]): Promise<Map<Delivery<Context>, number>> {
    try {
      markLost(await lostOf(batch));
    } catch {
      return new Map(batch.map((delivery) => [delivery, options.claimIdleMs / RENEW_RETRY]));
    }
    const ours = batch.filter(({ lost }) => !lost);
    if (ours.length < batch.length)
      release(batch.filter(({ lost }) => lost).map(({ entryId }) => entryId));
    return ours.length > 0 ? handling.handle(ours) : new Map();
  }

  /**
   * Gives the ids of those that belong to others now: a process that stood still (SIGSTOP, a paused machine)
   * may have lost them without knowing. Redis is asked only about what may be lost.
   */
  async function lostOf(batch: readonly Delivery<Context>[]): Promise<string[]> {
    if (renewedAt > Date.now() - options.claimIdleMs / 2) return [];
    // Also what was just received: its delivery may have waited here while the process stood still.
    const pending = batch.filter(({ settle }) => !settle);
    return renew(
      ref,
      pending.map(({ entryId }) => entryId),
    );
  }

  function markLost(entryIds: readonly string[]): void {
    for (const entryId of entryIds) {
      const here = held.get(entryId);
      if (here) here.lost = true;
    }
  }

  return {
    receive,
    replay: (letters) =>
      replayDeadLetters(letters, ref, route, (delivery) => queue.add([delivery])),
    held: () => [...held.keys()],
    renewed(at, lost) {
      renewedAt = at;
      markLost(lost);
    },
    room,
    fitting: (count) => sizes.fitting(count, options.maxInFlightBytes - heldBytes),
    whenRoom,
    whenIdle: () => queue.whenIdle(),
    drain() {
      draining = true;
      roomMade?.();
      return queue.stop();
    },
    close: () => acknowledger.close(),
    trouble: () => handling.trouble(),
  };
}

/** An entry that was delivered far more often than it may fail: it ends the processes that take it. */
function deadly<Context>([, list]: RawEntry, routed: Routed<Context>): Routed<Context> {
  if (routed.kind === 'ignored') return routed;
  const error = new MalformedEntryError('every process that took it ended before it was handled');
  const about = routed.kind === 'event' ? routed.event : routed.about;
  return { kind: 'malformed', fields: toFields(list), about, error };
}
