/** What a payment has told: its events, made from the document, always with the same id, time and data. */
import type { OutboxRecord } from '#host';
import { paymentFailed, paymentProcessed, paymentRefunded } from './events.ts';
import type { PaymentDocument } from './payment.ts';
import type { Refund } from './refund.ts';

/** Every event of the payment so far, in order. The ids of events follow from what they report. */
export function told(payment: PaymentDocument): OutboxRecord[] {
  const { ended, status, refunds = [], traceparent } = payment;
  if (!ended || status === 'cancelled') return [];
  const events = [
    ending(payment, ended),
    ...refunds
      .filter((refund) => refund.status === 'done')
      .toSorted((a, b) => a.refundedAmount! - b.refundedAmount!)
      .map((refund) => givenBack(payment, refund)),
  ];
  return traceparent ? events.map((event) => ({ ...event, traceparent })) : events;
}

/** The events that one state of the payment tells and an earlier one did not. */
export function toldSince(earlier: PaymentDocument, payment: PaymentDocument): OutboxRecord[] {
  const known = new Set(told(earlier).map(({ eventId }) => eventId));
  return told(payment).filter(({ eventId }) => !known.has(eventId));
}

function ending(
  { _id: paymentId, orderId, userId, status }: PaymentDocument,
  { at, reason }: NonNullable<PaymentDocument['ended']>,
): OutboxRecord {
  const identity = { eventId: `${paymentId}-${status}`, at: at.getTime() };
  return status === 'processed'
    ? paymentProcessed.retell({ orderId, paymentId, orderStatusCode: 3, userId }, identity)
    : paymentFailed.retell(
        { orderId, paymentId, orderStatusCode: -3, userId, ...(reason && { reason }) },
        identity,
      );
}

function givenBack(
  { _id: paymentId, orderId, userId, amount: taken }: PaymentDocument,
  { refundId, amount, reason, at, refundedAmount = 0 }: Refund,
): OutboxRecord {
  return paymentRefunded.retell(
    {
      orderId,
      paymentId,
      userId,
      refundId,
      amount,
      refundedAmount,
      orderStatusCode: refundedAmount === taken ? 4 : 3,
      reason,
    },
    { eventId: `${refundId}-refunded`, at: at.getTime() },
  );
}
