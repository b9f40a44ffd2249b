/** A payment: one for each order, written down before the provider is asked. */
import type { OutboxDocument, OutboxRecord } from '#host';
import { paymentFailed, paymentProcessed } from './events.ts';
import type { Outcome } from './provider.ts';

export interface PaymentDocument extends OutboxDocument {
  /** The payment's id, which is the provider's idempotency key too. */
  _id: string;
  orderId: string;
  userId: string;
  /** In the smallest unit of the currency. */
  amount: number;
  currency: string;
  status: 'initiated' | Outcome['outcome'];
  reason?: string;
  provider: string;
  createdAt: Date;
  updatedAt: Date;
  outbox: OutboxRecord[];
}

/** The event that tells of an outcome. */
export function outcomeEvent(
  { _id: paymentId, orderId, userId }: PaymentDocument,
  outcome: Outcome,
  cause?: { traceparent?: string | undefined },
): OutboxRecord {
  return outcome.outcome === 'processed'
    ? paymentProcessed.create({ orderId, paymentId, orderStatusCode: 3, userId }, cause)
    : paymentFailed.create(
        { orderId, paymentId, orderStatusCode: -3, userId, reason: outcome.reason },
        cause,
      );
}
