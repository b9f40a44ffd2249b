/** Receiving entries: what each is, and where it goes from here. */
import type { RawEntry } from '../replies.ts';
import { MalformedEntryError, toFields } from '../contract/wire.ts';
import type { DeadLetterWriter } from '../recover/dead-letters.ts';
import type { Acknowledger } from './acknowledger.ts';
import { createDelivery, sizeOf, type Delivery, type InFlight } from './in-flight.ts';
import type { KeyedQueue } from './keyed-queue.ts';
import { isPoisonous, type RetryPolicy } from './retry-policy.ts';
import type { createSkipReport, Routed } from './router.ts';

export interface Receiver {
  /**
   * Takes entries that Redis has given to this consumer; those that are in flight already keep their place,
   * and are ours again. Those that `deliveries` does not count were delivered once.
   */
  receive(entries: readonly RawEntry[], deliveries?: ReadonlyMap<string, number>): void;
}

const ONCE: ReadonlyMap<string, number> = new Map();

/** An event goes to the queue, an entry that is not for us is acknowledged, any other is a dead letter. */
export function createReceiver<Context>(receiver: {
  route: (entry: RawEntry) => Routed<Context>;
  reportSkip: ReturnType<typeof createSkipReport>;
  policy: Pick<RetryPolicy, 'maxDeliveries'>;
  inFlight: InFlight;
  queue: Pick<KeyedQueue<Delivery<Context>>, 'add'>;
  acknowledger: Pick<Acknowledger, 'acknowledge'>;
  deadLetters: DeadLetterWriter;
}): Receiver {
  const { route, reportSkip, policy, inFlight, queue, acknowledger, deadLetters } = receiver;

  function routeOnce(entry: RawEntry, deliveries: number): Routed<Context> {
    const routed = route(entry);
    return isPoisonous(deliveries, policy) ? poisonous(entry, routed) : routed;
  }

  return {
    receive(entries, counts = ONCE) {
      const received: Delivery<Context>[] = [];
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

function poisonous<Context>([, list]: RawEntry, routed: Routed<Context>): Routed<Context> {
  if (routed.kind === 'skip') return routed;
  const error = new MalformedEntryError('every process that took it ended before it was handled');
  return { kind: 'malformed', fields: toFields(list), event: routed.event, error };
}
