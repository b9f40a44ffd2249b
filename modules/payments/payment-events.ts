/** The events of a payment, made from its document, always with the same id, time and data. */
import type { OutboxRecord } from '#host';
import { paymentFailed, paymentProcessed, paymentRefunded, paymentRefundFailed } from './events.ts';
import type { PaymentDocument, Refund } from './document.ts';

/** Every event of the payment so far, in order. The ids of events follow from what they report. */
export function eventsOf(payment: PaymentDocument): OutboxRecord[] {
  const { ended, status, refunds = [], traceparent } = payment;
  if (!ended || status === 'cancelled') return [];
  const events = [
    endEvent(payment, ended),
    ...(status === 'processed' ? refunds : [])
      .flatMap((refund) => [
        ...refundedEvent(payment, refund),
        ...refundFailedEvent(payment, refund),
      ])
      .toSorted((a, b) => a.seq - b.seq || a.refundedAmount - b.refundedAmount)
      .map(({ event }) => event),
  ];
  return traceparent ? events.map((event) => ({ ...event, traceparent })) : events;
}

/** The events that one state of the payment reports and an earlier one did not. */
export function eventsSince(earlier: PaymentDocument, payment: PaymentDocument): OutboxRecord[] {
  const known = new Set(eventsOf(earlier).map(({ eventId }) => eventId));
  return eventsOf(payment).filter(({ eventId }) => !known.has(eventId));
}

function endEvent(
  { _id: paymentId, orderId, userId, status }: PaymentDocument,
  { at, reason }: NonNullable<PaymentDocument['ended']>,
): OutboxRecord {
  const identity = { eventId: `${paymentId}-${status}`, at: at.getTime() };
  return status === 'processed'
    ? paymentProcessed.recreate({ orderId, paymentId, orderStatusCode: 3, userId }, identity)
    : paymentFailed.recreate(
        { orderId, paymentId, orderStatusCode: -3, userId, ...(reason && { reason }) },
        identity,
      );
}

/** An event about what was given back, and where it stands among the others. */
interface RefundEvent {
  seq: number;
  refundedAmount: number;
  event: OutboxRecord;
}

function refundedEvent(
  { _id: paymentId, orderId, userId, amount: taken }: PaymentDocument,
  { refundId, amount, reason, at, refundedAmount, seq, reopened }: Refund,
): RefundEvent[] {
  if (refundedAmount === undefined) return [];
  const event = paymentRefunded.recreate(
    {
      orderId,
      paymentId,
      userId,
      refundId,
      amount,
      refundedAmount,
      orderStatusCode: refundedAmount === taken ? 4 : 3,
      reason,
      ...(seq !== undefined && { seq }),
      ...(reopened !== undefined && { reopened }),
    },
    { eventId: `${refundId}-refunded`, at: at.getTime() },
  );
  return [{ seq: seq ?? 0, refundedAmount, event }];
}

function refundFailedEvent(
  { _id: paymentId, orderId, userId }: PaymentDocument,
  { refundId, amount, failure: reason = '', undone }: Refund,
): RefundEvent[] {
  if (!undone) return [];
  const { at, refundedAmount, seq, reopened } = undone;
  const event = paymentRefundFailed.recreate(
    {
      orderId,
      paymentId,
      userId,
      refundId,
      amount,
      refundedAmount,
      orderStatusCode: 3,
      reason,
      seq,
      reopened,
    },
    { eventId: `${refundId}-refund-failed`, at: at.getTime() },
  );
  return [{ seq, refundedAmount, event }];
}
