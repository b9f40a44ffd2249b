/** Routing: what an entry is, as which event for which listener, and where it goes from here. */
import type { DeadLetterWriter } from '../recover/dead-letters.ts';
import type { Acknowledger } from './acknowledger.ts';
import { createDelivery, sizeOf, type Delivery, type InFlight } from './in-flight.ts';
import type { KeyedQueue } from './keyed-queue.ts';
import { isPoisonous, type RetryPolicy } from './retry-policy.ts';
import type { EventRef } from '../recover/failure-log.ts';
import type { Listener } from './handler.ts';
import { createDecoder, MalformedEntryError, toFields } from '../contract/wire.ts';
import type { RawEntry } from '../replies.ts';
import type { Event, EventContract, Fields } from '../contract/event.ts';
import type { BusObserver, Log, Subscribed } from '../observer.ts';

/** What an entry turned out to be. */
export type Routed =
  | { kind: 'event'; event: Event; listener: Listener }
  | { kind: 'malformed'; fields: Fields; event: EventRef; error: MalformedEntryError }
  /** Nobody here listens to it. */
  | { kind: 'skip'; fields: Fields };

/**
 * Makes the function that routes the entries of one stream. An entry without a `type` belongs to
 * the listener whose contract claims such entries. A version that we do not know is malformed
 * rather than ignored: a newer publisher means something by it that this reader must not lose.
 */
export function createRouter(
  stream: string,
  listeners: readonly Listener[],
): (entry: RawEntry) => Routed {
  const routes = listeners.map((listener) => ({
    listener,
    decode: createDecoder(listener.contract),
  }));
  const byType = new Map(
    routes.map((route) => [`${route.listener.contract.type}@${route.listener.contract.v}`, route]),
  );
  const types = new Set(routes.map(({ listener }) => listener.contract.type));

  return ([entryId, list]) => {
    const fields = toFields(list);
    const { type, v = '1' } = fields;
    const route =
      type === undefined
        ? routes.find(({ listener }) => listener.contract.untyped?.(fields))
        : byType.get(`${type}@${v}`);
    try {
      if (route) {
        const event = route.decode(stream, entryId, fields);
        return { kind: 'event', listener: route.listener, event };
      }
      if (type === undefined || !types.has(type)) return { kind: 'skip', fields };
      throw new MalformedEntryError(`${type} has version ${v}, which this process does not know`);
    } catch (error) {
      if (error instanceof MalformedEntryError)
        return { kind: 'malformed', fields, event: refOf(entryId, fields, routes), error };
      throw error;
    }
  };
}

/** What an entry that does not fit says of itself; its key stands where its contract has it. */
function refOf(
  entryId: string,
  fields: Fields,
  routes: readonly { listener: Pick<Listener, 'contract'> }[],
): EventRef {
  const { type, eventId = entryId } = fields;
  const contracts = routes.map(({ listener }) => listener.contract);
  const contract = contracts.find((one) =>
    type === undefined ? one.untyped?.(fields) : one.type === type,
  );
  const key = (contract && fields[contract.key]) ?? fields['key'];
  return { key, eventId, type: type ?? contract?.type };
}

export interface Receiver {
  /**
   * Takes entries that Redis has given to this consumer; those that are in flight already keep their place,
   * and are ours again. Those that `deliveries` does not count were delivered once.
   */
  receive(entries: readonly RawEntry[], deliveries?: ReadonlyMap<string, number>): void;
}

const ONCE: ReadonlyMap<string, number> = new Map();

/** An event goes to the queue, an entry that is not for us is acknowledged, any other is a dead letter. */
export function createReceiver(receiver: {
  route: (entry: RawEntry) => Routed;
  reportSkip: SkipReport;
  policy: Pick<RetryPolicy, 'maxDeliveries'>;
  inFlight: InFlight;
  queue: Pick<KeyedQueue<Delivery>, 'add'>;
  acknowledger: Pick<Acknowledger, 'acknowledge'>;
  deadLetters: DeadLetterWriter;
}): Receiver {
  const { route, reportSkip, policy, inFlight, queue, acknowledger, deadLetters } = receiver;

  function routeOnce(entry: RawEntry, deliveries: number): Routed {
    const routed = route(entry);
    return isPoisonous(deliveries, policy) ? poisonous(entry, routed) : routed;
  }

  return {
    receive(entries, counts = ONCE) {
      const received: Delivery[] = [];
      let largest = 0;
      for (const entry of entries) {
        const [entryId] = entry;
        const here = inFlight.get(entryId);
        if (here) {
          here.owned = true;
          continue;
        }
        const deliveries = counts.get(entryId) ?? 1;
        const size = sizeOf(entry);
        largest = Math.max(largest, size);
        const routed = routeOnce(entry, deliveries);
        if (routed.kind === 'event') {
          const delivery = createDelivery(routed.event, routed.listener, deliveries, size);
          inFlight.add(entryId, delivery);
          received.push(delivery);
          continue;
        }
        inFlight.add(entryId, { size, owned: true });
        if (routed.kind === 'skip') {
          reportSkip(entryId, routed.fields);
          acknowledger.acknowledge(entryId);
        } else {
          const { fields, event, error } = routed;
          const receivedAt = Date.now();
          void deadLetters.add({ entryId, fields, event, deliveries, receivedAt, error });
        }
      }
      if (entries.length > 0) inFlight.noteLargest(largest);
      queue.add(received);
    },
  };
}

function poisonous([, list]: RawEntry, routed: Routed): Routed {
  if (routed.kind === 'skip') return routed;
  const error = new MalformedEntryError('every process that took it ended before it was handled');
  return { kind: 'malformed', fields: toFields(list), event: routed.event, error };
}

/** Reports an entry that is skipped. */
export type SkipReport = (entryId: string, fields: Fields) => void;

/** Types come from outside: only so many are logged and remembered, and only so much of each. */
const TYPES = 100;
const TYPE_LENGTH = 128;

/**
 * Makes the function that reports entries which are skipped. One that some contract of its stream knows is
 * meant for others. Any other is unroutable: somebody who is newer than this process, or a stranger,
 * writes to the stream. Such are counted, and logged once for each type.
 */
export function createSkipReport(options: {
  /** The contracts of the stream, those that nobody here listens to included. */
  contracts: readonly EventContract[];
  where: Subscribed;
  observer: BusObserver;
  log: Log;
}): SkipReport {
  const { contracts, where, observer, log } = options;
  const known = new Set(contracts.map(({ type }) => type));
  const logged = new Set<string>();
  const isKnown = (fields: Fields): boolean =>
    fields['type'] === undefined
      ? contracts.some(({ untyped }) => untyped?.(fields))
      : known.has(fields['type']);

  return (entryId, fields) => {
    if (isKnown(fields)) return;
    observer.skipped(where);
    const type = beginning(fields['type'] ?? '', TYPE_LENGTH);
    if (logged.has(type) || logged.size >= TYPES) return;
    logged.add(type);
    log.warn(
      { ...where, entryId, type },
      'an event of a type that no contract knows was skipped; more of it are only counted',
    );
  };
}

/** The beginning of a text, by itself: a slice would keep the whole text in memory. */
function beginning(text: string, length: number): string {
  return text.length <= length ? text : Buffer.from(text.slice(0, length)).toString();
}
