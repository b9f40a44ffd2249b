/** The life of an order: what each reply, and each decision of our own, changes. Pure but for the clock. */
import type { Event } from '#host';
import type { OrderDocument, TimelineEntry } from './document.ts';
import { toOrderNumber } from './events.ts';
import { merge, reasonOf, statusOf, stepsBetween, waitingFor, type Replies } from './replies.ts';
import { canFollow, eventOf, STATUS } from './states.ts';
import {
  createEvent,
  hasCapacity,
  hasProcessed,
  recordPublished,
  recordReceived,
  type Cause,
} from './order-events.ts';

const REFUND_REQUESTED = 'order.refund_requested';

/** A new order with the event that reports it. */
export function newOrder(
  fields: Omit<
    OrderDocument,
    | 'number'
    | 'orderStatusCode'
    | 'since'
    | 'answers'
    | 'timeline'
    | 'revision'
    | 'updatedAt'
    | 'outbox'
  >,
  cause: Cause,
): OrderDocument {
  const { createdAt } = fields;
  const event = createEvent({ ...fields, answers: {} }, eventOf(STATUS.created), cause);
  return {
    ...fields,
    number: toOrderNumber(fields._id),
    orderStatusCode: STATUS.created,
    since: createdAt,
    answers: {},
    timeline: [recordPublished(event)],
    ...(cause.traceparent !== undefined && { traceparent: cause.traceparent }),
    revision: 1,
    updatedAt: createdAt,
    outbox: [event],
  };
}

/**
 * The order with a reply; the same object where that is known already, so that an event which comes
 * twice changes nothing. One that comes when the order has ended is noted, and revives nothing.
 */
export function withReply(order: OrderDocument, reply: Replies, event: Event): OrderDocument {
  if (hasProcessed(order, event)) return order;
  const replies = merge(order.answers, reply);
  if (replies === order.answers && !hasCapacity(order)) return order;
  return evolve(order, replies, [recordReceived(event)], event);
}

/** Whether an order can be cancelled: until when, where that ends; or why not. */
export type Cancellability = { until?: Date } | { refused: string };

/** Whether an order that was not cancelled yet can be: when it is paid, `withinMs` after it was placed at most. */
export function cancellabilityOf(
  { orderStatusCode, createdAt }: OrderDocument,
  { now, withinMs }: { now: Date; withinMs: number },
): Cancellability {
  if (canFollow(orderStatusCode, STATUS.cancelled)) return {};
  if (!canFollow(orderStatusCode, STATUS.refunded))
    return {
      refused:
        orderStatusCode === STATUS.refunded ? 'it is refunded' : 'it has ended without a payment',
    };
  const until = new Date(createdAt.getTime() + withinMs);
  return now > until ? { refused: 'it was placed too long ago' } : { until };
}

/** Cancels an order, or says why that cannot be. */
export function withCancel(
  order: OrderDocument,
  { now, reason, withinMs, cause }: { now: Date; reason: string; withinMs: number; cause: Cause },
): OrderDocument | string {
  const { answers: replies, orderStatusCode } = order;
  if (replies.cancel) return order;
  const can = cancellabilityOf(order, { now, withinMs });
  if ('refused' in can) return can.refused;
  const paid = canFollow(orderStatusCode, STATUS.refunded);
  const cancel = { at: now, reason, paid };
  const cancelled = { ...replies, cancel };
  const isFree = paid && order.totalAmount === 0;
  return evolve(order, isFree ? withoutDebt(cancelled) : cancelled, [], cause);
}

/** An order that cost nothing and is to be refunded: nothing is owed. */
export function withNothingOwed(order: OrderDocument): OrderDocument {
  return evolve(order, withoutDebt(order.answers), [], {});
}

function withoutDebt(replies: Replies): Replies {
  return { ...replies, refund: { refundedAmount: 0, full: true } };
}

/** An order that ends since its replies have not come in time. */
export function withTimeout(order: OrderDocument, now: Date): OrderDocument {
  const timeout = { at: now, waitingFor: waitingFor(order.orderStatusCode, order.answers) };
  return evolve(order, { ...order.answers, timeout }, [], {});
}

/** The order with these replies, and all that follows from them. */
function evolve(
  order: OrderDocument,
  replies: Replies,
  entries: TimelineEntry[],
  cause: Cause,
): OrderDocument {
  const orderStatusCode = statusOf(replies);
  const reason = reasonOf(replies, order.items)?.text;
  const events = eventsBetween(order, replies).map((type) =>
    createEvent({ ...order, answers: replies }, type, cause, reason),
  );
  const now = new Date();
  return {
    ...order,
    answers: replies,
    orderStatusCode,
    since: orderStatusCode === order.orderStatusCode ? order.since : now,
    timeline: [
      ...order.timeline,
      ...entries,
      ...events.map((event) => recordPublished(event, reason)),
    ],
    revision: order.revision + 1,
    updatedAt: now,
    outbox: [...order.outbox, ...events],
  };
}

/** The types of the events that a change of the replies leads to. */
function eventsBetween(from: OrderDocument, replies: Replies): string[] {
  const steps = stepsBetween(from.answers, replies);
  const isRefundWanted =
    replies.cancel?.paid === true && !from.answers.cancel && !replies.refund?.full;
  const types = steps.map((step, i) => eventOf(step, steps[i - 1] ?? from.orderStatusCode));
  return [...types, ...(isRefundWanted ? [REFUND_REQUESTED] : [])];
}
