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
import { tell, type Cause } from './telling.ts';
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

/** What an order turns into: fields that are set, and what comes to its timeline and outbox. */
export interface Change extends Pick<OrderDocument, 'answers' | 'orderStatusCode' | 'since'> {
  timeline: TimelineEntry[];
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
 * What an answer changes; undefined where it is known already, so that an event which comes twice
 * changes nothing. One that comes when the order has ended is noted, and revives nothing.
 */
export function withAnswer(
  order: OrderDocument,
  answer: Answers,
  event: Event,
): Change | undefined {
  if (knows(order, event)) return undefined;
  const answers = joined(order.answers, answer);
  if (answers === order.answers && !hasRoom(order)) return undefined;
  return change(order, answers, [heard(event)], event);
}

/** What follows where the order's owner cancels it. */
export type Cancelling =
  | { kind: 'change'; change: Change }
  | { kind: 'cancelled already' }
  | { kind: 'too late'; why: string };

/** Cancels an order, or says why not; when it is paid, up to `withinMs` after it was placed. */
export function withCancel(
  order: OrderDocument,
  { now, withinMs, cause }: { now: Date; withinMs: number; cause: Cause },
): Cancelling {
  const { answers, orderStatusCode, createdAt } = order;
  if (answers.cancel) return { kind: 'cancelled already' };
  if (isFinal(orderStatusCode)) {
    const why =
      orderStatusCode === STATUS.refunded ? 'it is refunded' : 'it has ended without a payment';
    return { kind: 'too late', why };
  }
  const paid = orderStatusCode === STATUS.paid;
  if (paid && now.getTime() > createdAt.getTime() + withinMs)
    return { kind: 'too late', why: 'it was placed too long ago' };
  const cancel = { at: now, reason: 'Cancelled by the customer', paid };
  const cancelled = { ...order, answers: { ...answers, cancel } };
  const settled = paid && order.totalAmount === 0 ? withoutDebt(cancelled) : cancelled.answers;
  return { kind: 'change', change: change(order, settled, [], cause) };
}

/** What an order that cost nothing turns into when it is to be refunded: nothing is owed. */
export function withNothingOwed(order: OrderDocument): Change {
  return change(order, withoutDebt(order), [], {});
}

function withoutDebt({ answers }: Pick<OrderDocument, 'answers'>): Answers {
  return { ...answers, refund: { refundedAmount: 0, full: true } };
}

/** Ends an order whose answers have not come in time. */
export function withTimeout(order: OrderDocument, now: Date): Change {
  const timeout = { at: now, waitingFor: waitingFor(order.orderStatusCode, order.answers) };
  return change(order, { ...order.answers, timeout }, [], {});
}

function change(
  order: OrderDocument,
  answers: Answers,
  entries: TimelineEntry[],
  cause: Cause,
): Change {
  const orderStatusCode = statusOf(answers);
  const reason = reasonOf(answers)?.text;
  const outbox = eventsBetween(order, answers).map((type) =>
    tell({ ...order, answers }, type, cause, reason),
  );
  return {
    answers,
    orderStatusCode,
    since: orderStatusCode === order.orderStatusCode ? order.since : new Date(),
    timeline: [...entries, ...outbox.map((event) => published(event, reason))],
    outbox,
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
