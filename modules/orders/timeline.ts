/** The timeline of an order: every event of its life, ours and others', as its document keeps it. */
import type { Event, OutboxRecord } from '#host';
import { ORDERS_STREAM } from './events.ts';
import type { OrderDocument } from './order.ts';
import { STATUS, type OrderStatusCode } from './status.ts';

/** Events of others that a timeline keeps, beyond which only those that change something are. */
const MAX_HEARD = 100;

export interface TimelineEntry {
  type: string;
  eventId: string;
  /** When it happened, in ms since the epoch, by the clock of whoever published it. */
  at: number;
  stream: string;
  /** Of our own events that say why. */
  reason?: string;
}

/** The event that tells of each status. */
export const TYPE_OF = {
  [STATUS.created]: 'order.placed',
  [STATUS.paymentInitiated]: 'order.accepted',
  [STATUS.paid]: 'order.paid',
  [STATUS.refunded]: 'order.refunded',
  [STATUS.rejected]: 'order.rejected',
  [STATUS.cancelled]: 'order.cancelled',
  [STATUS.paymentFailed]: 'order.payment_failed',
} as const satisfies Record<OrderStatusCode, string>;

/** The event that tells that an order which was refunded is paid, and its money owed again. */
export const REFUND_FAILED = 'order.refund_failed';

const STATUS_OF = new Map<string, OrderStatusCode>([
  ...Object.values(STATUS).map((status) => [TYPE_OF[status], status] as const),
  [REFUND_FAILED, STATUS.paid],
]);

/** The entry of an event of ours. */
export function published(
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
export function heard({ type, eventId, at, stream }: Event): TimelineEntry {
  return { type, eventId, at, stream };
}

/** The events of ours, in their order. */
export function ownEvents({ timeline }: Pick<OrderDocument, 'timeline'>): TimelineEntry[] {
  return timeline.filter(({ stream }) => stream === ORDERS_STREAM);
}

/** Whether the event stands in the timeline. */
export function knows({ timeline }: OrderDocument, { eventId }: Pick<Event, 'eventId'>): boolean {
  return timeline.some((entry) => entry.eventId === eventId);
}

/** Whether there is room for an event that changes nothing. */
export function hasRoom({ timeline }: OrderDocument): boolean {
  return timeline.length < MAX_HEARD;
}

/** A status that an order has come to. */
export interface StatusReached {
  /** Counts the statuses of the order from 1. */
  seq: number;
  orderStatusCode: OrderStatusCode;
  /** In ms since the epoch. */
  at: number;
  reason?: string;
}

/** The statuses that an order has come to, in their order. */
export function statusesOf(order: Pick<OrderDocument, 'timeline'>): StatusReached[] {
  return ownEvents(order)
    .flatMap(({ type, at, reason }) => {
      const orderStatusCode = STATUS_OF.get(type);
      return orderStatusCode === undefined ? [] : [{ orderStatusCode, at, reason }];
    })
    .map(({ reason, ...status }, i) => ({
      seq: i + 1,
      ...status,
      ...(reason !== undefined && { reason }),
    }));
}
