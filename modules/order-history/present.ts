/** An order of the history as HTTP shows it. */
import { toIso } from '#host';
import { toOrderNumber } from '../orders/events.ts';
import { encodeCursor } from './cursor.ts';
import type { Order } from './schemas.ts';
import { paymentIdOf, reasonOf, refundedAmountOf, statusOf, stepsOf } from './status.ts';
import type { ListedDocument } from './store.ts';

export function present(document: ListedDocument): Order {
  const { _id: orderId, placed, refunds = [], refundFailures = [] } = document;
  const failures = new Map(refundFailures.map(({ refundId, reason }) => [refundId, reason]));
  const reason = reasonOf(document);
  const paymentId = paymentIdOf(document);
  return {
    orderId,
    orderNumber: toOrderNumber(orderId),
    orderStatusCode: statusOf(document),
    orderAmount: placed.totalAmount,
    currency: placed.currency,
    ...(placed.decimals !== undefined && { decimals: placed.decimals }),
    items: placed.items,
    placedAt: toIso(placed.at),
    steps: stepsOf(document).map(({ step, at }) => ({ step, at: toIso(at) })),
    ...(reason !== undefined && { reason }),
    ...(paymentId !== undefined && { paymentId }),
    refundedAmount: refundedAmountOf(document),
    refunds: refunds.map(({ refundId, amount, reason: why, at }) => {
      const failure = failures.get(refundId);
      const shown = { refundId, amount, reason: why, at: toIso(at) };
      return failure === undefined ? shown : { ...shown, failure };
    }),
  };
}

/** A page of at most `limit` of the orders that were found, and the cursor behind it. */
export function pageOf<Shown>(
  found: readonly ListedDocument[],
  limit: number,
  show: (document: ListedDocument) => Shown,
): { items: Shown[]; nextCursor: string | null } {
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(show),
    nextCursor:
      last && found.length > limit ? encodeCursor({ at: last.placed.at, orderId: last._id }) : null,
  };
}
