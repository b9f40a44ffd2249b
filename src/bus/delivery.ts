/** An entry on its way through this process, or a dead letter that is handled again. */
import type { Event } from './event.ts';
import type { Lane } from './lanes.ts';
import type { Route } from './route.ts';

export interface Delivery<Context> extends Lane {
  entryId: string;
  event: Event;
  kind: Route<Context>;
  /** Deliveries so far, this one included, in all processes. */
  attempts: number;
  /** When this process received it, in ms since the epoch. */
  since: number;
  /** Since when it waits for a store that is away, in ms since the epoch. */
  waitsSince?: number;
  /** Set when another consumer has claimed it: its effect is the other's business now. */
  lost: boolean;
  /** Only a dead letter has this: told of its outcome, which is not retried. */
  settle?: (error: Error | undefined) => void;
}

/** Makes a delivery of an event that was just received. */
export function createDelivery<Context>(
  event: Event,
  kind: Route<Context>,
  attempts: number,
  settle?: Delivery<Context>['settle'],
): Delivery<Context> {
  const { entryId, key } = event;
  return {
    entryId,
    event,
    key,
    kind,
    attempts,
    since: Date.now(),
    lost: false,
    ...(settle && { settle }),
  };
}
