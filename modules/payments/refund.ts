/** Refunds of a payment: what may be given back, and how each ends. */
import type { PaymentDocument } from './payment.ts';
import type { RefundOutcome } from './provider.ts';

export interface Refund {
  /** The refund's id, which is the provider's idempotency key too. */
  refundId: string;
  /** In the smallest unit of the currency. */
  amount: number;
  reason: string;
  status: 'requested' | 'done' | 'failed';
  /** When it was requested, and once it has ended when it ended. */
  at: Date;
  /** Names the operator's request; a refund of an order that was undone has none. */
  key?: string;
  /** Set where the request named no amount, but all that was left. */
  rest?: true;
  /** Why the provider did not give back. */
  failure?: string;
  /** The provider's own name for it. */
  reference?: string | undefined;
  /** All that was given back of the payment when this was done, this included. */
  refundedAmount?: number;
}

/** What an operator asks for; without an amount all that is left. */
export interface RefundRequest {
  key: string;
  amount?: number | undefined;
  reason: string;
}

/** What was given back so far. */
export function refundedOf({ refunds = [] }: Pick<PaymentDocument, 'refunds'>): number {
  return Math.max(0, ...refunds.map(({ refundedAmount = 0 }) => refundedAmount));
}

/** What can still be given back: what neither was nor is about to be. */
export function restOf({ amount, refunds = [] }: PaymentDocument): number {
  const given = refunds.filter(({ status }) => status !== 'failed');
  return given.reduce((rest, refund) => rest - refund.amount, amount);
}

/** The refund that a request with this key has made. */
export function refundByKey({ refunds = [] }: PaymentDocument, key: string): Refund | undefined {
  return refunds.find((refund) => refund.key === key);
}

/** The payment with a refund that an operator asked for; the same where it cannot be. */
export function withRequest(
  payment: PaymentDocument,
  { key, amount, reason }: RefundRequest,
  at: Date,
): PaymentDocument {
  if (payment.status !== 'processed' || refundByKey(payment, key)) return payment;
  const rest = restOf(payment);
  const wanted = amount ?? rest;
  if (wanted > rest || wanted === 0) return payment;
  return added(payment, {
    amount: wanted,
    reason,
    at,
    key,
    ...(amount === undefined && { rest: true }),
  });
}

/** The payment with a refund of all that is left. */
export function withRestRefunded(
  payment: PaymentDocument,
  reason: string,
  at: Date,
): PaymentDocument {
  const amount = restOf(payment);
  return amount > 0 ? added(payment, { amount, reason, at }) : payment;
}

/** The id counts, so that a refund which is decided twice on one state of the payment is one. */
function added(
  payment: PaymentDocument,
  refund: Omit<Refund, 'refundId' | 'status'>,
): PaymentDocument {
  const refunds = payment.refunds ?? [];
  const refundId = `${payment._id}-${refunds.length + 1}`;
  return { ...payment, refunds: [...refunds, { refundId, status: 'requested', ...refund }] };
}

/** The payment with what became of a refund; the same where that is known. */
export function withRefundOutcome(
  payment: PaymentDocument,
  refundId: string,
  outcome: RefundOutcome,
  at: Date,
): PaymentDocument {
  const refund = payment.refunds?.find((one) => one.refundId === refundId);
  if (refund?.status !== 'requested') return payment;
  const { reference = refund.reference } = outcome;
  if (outcome.outcome === 'pending')
    return reference === refund.reference ? payment : replaced(payment, { ...refund, reference });
  if (outcome.outcome === 'done') {
    const refundedAmount = refundedOf(payment) + refund.amount;
    return replaced(payment, { ...refund, reference, status: 'done', at, refundedAmount });
  }
  const { reason: failure } = outcome;
  const failed = replaced(payment, { ...refund, reference, status: 'failed', at, failure });
  // What an operator could not give back by itself is still owed where the whole order is undone.
  const owed = payment.undo && refund.key !== undefined;
  return owed ? withRestRefunded(failed, payment.undo!.reason, at) : failed;
}

function replaced(payment: PaymentDocument, refund: Refund): PaymentDocument {
  const refunds = payment.refunds?.map((one) => (one.refundId === refund.refundId ? refund : one));
  return { ...payment, refunds };
}
