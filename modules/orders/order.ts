/** The life of an order: what each answer, and each decision of our own, changes. */
import type { Event, OutboxDocument, OutboxRecord } from '#host';
import {
  joined,
  isFinal,
  reasonOf,
  STATUS,
  statusOf,
  stepsBetween,
  waitingFor,
  type Answers,
  type OrderStatusCode,
} from './status.ts';
import { tell, type Cause } from './order-events.ts';
import {
  hasRoom,
  heard,
  knows,
  published,
  REFUND_FAILED,
  TYPE_OF,
  type TimelineEntry,
} from './timeline.ts';

const REFUND_REQUESTED = 'order.refund_requested';

export interface OrderItem {
  productId: string;
  name: string;
  brand?: string;
  category?: string;
  quantity: number;
  /** In the smallest unit of the currency, as it was when the order was placed. */
  unitPrice: number;
}

export interface OrderDocument extends OutboxDocument {
  /** The order's id. */
  _id: string;
  userId: string;
  /** The session that it comes from, and keyed hashes of its browser and address. Nobody is shown these. */
  origin?: { sessionId: string; browser: string; address: string };
  items: OrderItem[];
  /** In the smallest unit of the currency. */
  totalAmount: number;
  currency: string;
  /** How many decimals the smallest unit had when the order was placed. */
  decimals: number;
  orderStatusCode: OrderStatusCode;
  /** Since when it has this status. */
  since: Date;
  answers: Answers;
  /** Every event of its life; its statuses follow from ours among them. */
  timeline: TimelineEntry[];
  /** Rises with every change; a write that was decided on an older revision does not happen. */
  revision: number;
  idempotency?: { key: string; request: string };
  createdAt: Date;
  updatedAt: Date;
  outbox: OutboxRecord[];
}

/** A new order with the event that tells of it. */
export function newOrder(
  fields: Omit<
    OrderDocument,
    'orderStatusCode' | 'since' | 'answers' | 'timeline' | 'revision' | 'updatedAt' | 'outbox'
  >,
  cause: Cause,
): OrderDocument {
  const { createdAt } = fields;
  const event = tell({ ...fields, answers: {} }, TYPE_OF[STATUS.created], cause);
  return {
    ...fields,
    orderStatusCode: STATUS.created,
    since: createdAt,
    answers: {},
    timeline: [published(event)],
    revision: 1,
    updatedAt: createdAt,
    outbox: [event],
  };
}

/**
 * The order with an answer; the same object where that is known already, so that an event which comes
 * twice changes nothing. One that comes when the order has ended is noted, and revives nothing.
 */
export function withAnswer(order: OrderDocument, answer: Answers, event: Event): OrderDocument {
  if (knows(order, event)) return order;
  const answers = joined(order.answers, answer);
  if (answers === order.answers && !hasRoom(order)) return order;
  return evolve(order, answers, [heard(event)], event);
}

/** Cancels an order, or says why it is too late: when it is paid, `withinMs` after it was placed. */
export function withCancel(
  order: OrderDocument,
  { now, withinMs, cause }: { now: Date; withinMs: number; cause: Cause },
): OrderDocument | string {
  const { answers, orderStatusCode, createdAt } = order;
  if (answers.cancel) return order;
  if (orderStatusCode === STATUS.refunded) return 'it is refunded';
  if (isFinal(orderStatusCode)) return 'it has ended without a payment';
  const paid = orderStatusCode === STATUS.paid;
  if (paid && now.getTime() > createdAt.getTime() + withinMs) return 'it was placed too long ago';
  const cancel = { at: now, reason: 'Cancelled by the customer', paid };
  const cancelled = { ...answers, cancel };
  const settled = paid && order.totalAmount === 0 ? withoutDebt(cancelled) : cancelled;
  return evolve(order, settled, [], cause);
}

/** An order that cost nothing and is to be refunded: nothing is owed. */
export function withNothingOwed(order: OrderDocument): OrderDocument {
  return evolve(order, withoutDebt(order.answers), [], {});
}

function withoutDebt(answers: Answers): Answers {
  return { ...answers, refund: { refundedAmount: 0, full: true } };
}

/** An order that ends since its answers have not come in time. */
export function withTimeout(order: OrderDocument, now: Date): OrderDocument {
  const timeout = { at: now, waitingFor: waitingFor(order.orderStatusCode, order.answers) };
  return evolve(order, { ...order.answers, timeout }, [], {});
}

/** The order with these answers, and all that follows from them. */
function evolve(
  order: OrderDocument,
  answers: Answers,
  entries: TimelineEntry[],
  cause: Cause,
): OrderDocument {
  const orderStatusCode = statusOf(answers);
  const reason = reasonOf(answers)?.text;
  const events = eventsBetween(order, answers).map((type) =>
    tell({ ...order, answers }, type, cause, reason),
  );
  const now = new Date();
  return {
    ...order,
    answers,
    orderStatusCode,
    since: orderStatusCode === order.orderStatusCode ? order.since : now,
    timeline: [...order.timeline, ...entries, ...events.map((event) => published(event, reason))],
    revision: order.revision + 1,
    updatedAt: now,
    outbox: [...order.outbox, ...events],
  };
}

/** The types of the events that a change of the answers leads to. */
function eventsBetween(from: OrderDocument, answers: Answers): string[] {
  const steps = stepsBetween(from.answers, answers);
  const isRefundWanted =
    answers.cancel?.paid === true && !from.answers.cancel && !answers.refund?.full;
  const types = steps.map((step, i) => {
    const before = steps[i - 1] ?? from.orderStatusCode;
    return step === STATUS.paid && before === STATUS.refunded ? REFUND_FAILED : TYPE_OF[step];
  });
  return [...types, ...(isRefundWanted ? [REFUND_REQUESTED] : [])];
}
