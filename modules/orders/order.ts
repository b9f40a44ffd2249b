/** The life of an order: what is known of it decides its status, whatever came first. */
import type { OutboxDocument, OutboxRecord } from '#host';
import {
  orderAccepted,
  orderPaid,
  orderPaymentFailed,
  orderPlaced,
  orderRejected,
  toOrderAmount,
} from './events.ts';

/** The status codes of the tutorial, and ours besides. */
export const STATUS = {
  created: 1,
  paymentInitiated: 2,
  paid: 3,
  rejected: -1,
  paymentFailed: -3,
} as const;

export type OrderStatusCode = (typeof STATUS)[keyof typeof STATUS];

export interface OrderItem {
  productId: string;
  name: string;
  quantity: number;
  /** In the smallest unit of the currency, as it was when the order was placed. */
  unitPrice: number;
}

/** The answers of other modules that an order has had so far. */
export interface Answers {
  stock?: { outcome: 'reserved' } | { outcome: 'rejected'; productIds: string[] };
  payment?: { outcome: 'processed' | 'failed'; paymentId: string };
}

export interface OrderDocument extends OutboxDocument {
  /** The order's id. */
  _id: string;
  userId: string;
  items: OrderItem[];
  /** In the smallest unit of the currency. */
  totalAmount: number;
  currency: string;
  /** How many decimals the smallest unit had when the order was placed. */
  decimals: number;
  orderStatusCode: OrderStatusCode;
  answers: Answers;
  /** Rises with every change; a write that was decided on an older revision does not happen. */
  revision: number;
  idempotency?: { key: string; request: string };
  createdAt: Date;
  updatedAt: Date;
  outbox: OutboxRecord[];
}

interface Cause {
  traceparent?: string | undefined;
}

/** The status that follows from the answers. */
export function statusOf({ stock, payment }: Answers): OrderStatusCode {
  if (!stock) return STATUS.created;
  if (stock.outcome === 'rejected') return STATUS.rejected;
  if (!payment) return STATUS.paymentInitiated;
  return payment.outcome === 'processed' ? STATUS.paid : STATUS.paymentFailed;
}

/** The event that tells where an order stands, for those who may have missed it. */
export function standing(order: OrderDocument, again: boolean, cause?: Cause): OutboxRecord {
  const { _id: orderId, userId, currency, totalAmount, items, orderStatusCode, answers } = order;
  switch (orderStatusCode) {
    case STATUS.created:
      return orderPlaced.create({ orderId, userId, currency, totalAmount, items, again }, cause);
    case STATUS.paymentInitiated:
      return accepted(order, again, cause);
    case STATUS.rejected:
      return orderRejected.create({ orderId, userId, reason: reasonOf(answers) }, cause);
    case STATUS.paid:
    case STATUS.paymentFailed:
      return settled(order, answers.payment!, cause);
  }
}

function accepted(
  { _id: orderId, userId, totalAmount, decimals }: OrderDocument,
  again: boolean,
  cause?: Cause,
): OutboxRecord {
  const orderAmount = toOrderAmount(totalAmount, decimals);
  return orderAccepted.create({ orderId, orderAmount, userId, ...(again && { again }) }, cause);
}

function settled(
  { _id: orderId, userId }: OrderDocument,
  { outcome, paymentId }: NonNullable<Answers['payment']>,
  cause?: Cause,
): OutboxRecord {
  const contract = outcome === 'processed' ? orderPaid : orderPaymentFailed;
  return contract.create({ orderId, userId, paymentId }, cause);
}

/** Why an order was rejected. */
export function reasonOf({ stock }: Answers): string {
  return stock?.outcome === 'rejected' ? `Not enough of ${stock.productIds.join(', ')}` : '';
}

/** The event that tells of a new order. */
export function placed(order: OrderDocument, cause?: Cause): OutboxRecord {
  const { _id: orderId, userId, currency, totalAmount, items } = order;
  return orderPlaced.create({ orderId, userId, currency, totalAmount, items }, cause);
}

/**
 * The order with one more answer, and the events that this leads to; undefined where the answer is
 * known already, so that an event which comes twice changes nothing.
 */
export function withAnswer(
  order: OrderDocument,
  answer: Answers,
  cause?: Cause,
): Pick<OrderDocument, 'answers' | 'orderStatusCode' | 'outbox'> | undefined {
  // The first answer stands: both modules promise to give only one.
  const answers = { ...answer, ...order.answers };
  if (Object.keys(answers).length === Object.keys(order.answers).length) return undefined;
  const orderStatusCode = statusOf(answers);
  return {
    answers,
    orderStatusCode,
    outbox: eventsBetween(order, { ...order, answers, orderStatusCode }, cause),
  };
}

function eventsBetween(from: OrderDocument, to: OrderDocument, cause?: Cause): OutboxRecord[] {
  if (from.orderStatusCode === to.orderStatusCode) return [];
  if (to.orderStatusCode === STATUS.rejected) return [standing(to, false, cause)];
  const events: OutboxRecord[] = [];
  if (from.orderStatusCode === STATUS.created) events.push(accepted(to, false, cause));
  if (to.answers.payment) events.push(settled(to, to.answers.payment, cause));
  return events;
}
