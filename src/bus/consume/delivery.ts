/** An entry on its way through this process, or a dead letter that is handled again. */
import type { Event } from '../contract/event.ts';
import type { Keyed } from './keyed-queue.ts';
import type { Listener } from './handler.ts';

export interface Delivery<Context> extends Keyed<Delivery<Context>> {
  entryId: string;
  event: Event;
  listener: Listener<Context>;
  /** Deliveries so far, this one included, in all processes. */
  attempts: number;
  /** When this process received it, in ms since the epoch. */
  since: number;
  /** Since when it waits for a store that is away, in ms since the epoch. */
  waitsSince: number | undefined;
  /** Set when another consumer has claimed it: its effect is the other's business now. */
  lost: boolean;
  /** Only a dead letter has this: told of its outcome, which is not retried. */
  settle: ((error: Error | undefined) => void) | undefined;
  /** Its bytes. */
  size: number;
}

/** Makes a delivery of an event that was just received. */
export function createDelivery<Context>(
  event: Event,
  listener: Listener<Context>,
  attempts: number,
  size = 0,
  settle?: Delivery<Context>['settle'],
): Delivery<Context> {
  const { entryId, key } = event;
  return {
    entryId,
    event,
    key,
    listener,
    batching: listener.batching,
    attempts,
    since: Date.now(),
    waitsSince: undefined,
    lost: false,
    settle,
    size,
    next: undefined,
  };
}
