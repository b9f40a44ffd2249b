/** The timeline of an order: every event of its life, ours and others', as its document keeps it. */
import type { Event, OutboxRecord } from '#host';
import type { OrderDocument, TimelineEntry } from './document.ts';
import { ORDERS_STREAM } from './events.ts';
import { statusOfEvent, type OrderStatusCode } from './states.ts';

/** Events that a timeline keeps, beyond which of others' only those that change something are. */
const CAPACITY = 100;

/** The entry of an event of ours. */
export function recordPublished(
  { type = '', eventId, at }: OutboxRecord,
  reason?: string,
): TimelineEntry {
  return {
    type,
    eventId,
    at: Number(at),
    stream: ORDERS_STREAM,
    ...(reason !== undefined && { reason }),
  };
}

/** The entry of an event of another module. */
export function recordReceived({ type, eventId, at, stream }: Event): TimelineEntry {
  return { type, eventId, at, stream };
}

/** The events of ours, in their order. */
export function ownEvents({ timeline }: Pick<OrderDocument, 'timeline'>): TimelineEntry[] {
  return timeline.filter(({ stream }) => stream === ORDERS_STREAM);
}

/** Whether the order has had the event before. */
export function hasProcessed(
  { timeline }: OrderDocument,
  { eventId }: Pick<Event, 'eventId'>,
): boolean {
  return timeline.some((entry) => entry.eventId === eventId);
}

/** Whether an event that changes nothing is kept as well. */
export function hasCapacity({ timeline }: OrderDocument): boolean {
  return timeline.length < CAPACITY;
}

/** A status that an order has come to. */
export interface StatusUpdate {
  /** Counts the statuses of the order from 1. */
  seq: number;
  orderStatusCode: OrderStatusCode;
  /** In ms since the epoch. */
  at: number;
  reason?: string;
}

/** The statuses that an order has come to, in their order. */
export function statusesOf(order: Pick<OrderDocument, 'timeline'>): StatusUpdate[] {
  return ownEvents(order)
    .flatMap(({ type, at, reason }) => {
      const orderStatusCode = statusOfEvent(type);
      return orderStatusCode === undefined ? [] : [{ orderStatusCode, at, reason }];
    })
    .map(({ reason, ...status }, i) => ({
      seq: i + 1,
      ...status,
      ...(reason !== undefined && { reason }),
    }));
}
