/** Refunds of a payment, pure: what may be given back, and how each ends. */
import type { PaymentDocument, Refund } from './document.ts';
import type { RefundOutcome } from './providers/provider.ts';

/** What an operator asks for; without an amount all that is left. */
export interface RefundRequest {
  key: string;
  amount?: number | undefined;
  reason: string;
}

/** A refund that somebody has made elsewhere. */
export interface RefundFound {
  /** Our own name for it, where we have asked. */
  refundId?: string | undefined;
  /** In the smallest unit of the currency. */
  amount: number;
  reason: string;
  outcome: RefundOutcome & { reference: string };
}

/** What was given back so far and not taken back. */
export function refundedOf({ amount, refunds = [] }: PaymentDocument): number {
  const given = sumOf(refunds.filter(({ status }) => status === 'done'));
  return given > amount ? amount : given;
}

/** What can still be given back: what neither was nor is about to be. */
export function restOf({ amount, refunds = [] }: PaymentDocument): number {
  return Math.max(0, amount - sumOf(refunds.filter(({ status }) => status !== 'failed')));
}

const sumOf = (refunds: readonly Refund[]): number =>
  refunds.reduce((sum, { amount }) => sum + amount, 0);

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

/** The payment with a refund as the provider knows it, which may be none that was asked for here. */
export function withRefundFound(
  payment: PaymentDocument,
  { refundId, amount, reason, outcome }: RefundFound,
  at: Date,
): PaymentDocument {
  const { reference } = outcome;
  const { refunds = [] } = payment;
  const known = refunds.find((one) => one.refundId === refundId || one.reference === reference);
  if (known) return withRefundOutcome(payment, known.refundId, outcome, at);
  if (amount === 0) return payment;
  const found: Refund = {
    refundId: reference,
    amount,
    reason,
    status: 'requested',
    at,
    elsewhere: true,
    reference,
  };
  return withRefundOutcome({ ...payment, refunds: [...refunds, found] }, reference, outcome, at);
}

/**
 * The payment with what became of a refund; the same where that is known. A refund may fail after it
 * was done, and a refund that has failed stays so: news of before then come late.
 */
export function withRefundOutcome(
  payment: PaymentDocument,
  refundId: string,
  outcome: RefundOutcome,
  at: Date,
): PaymentDocument {
  const refund = payment.refunds?.find((one) => one.refundId === refundId);
  if (!refund || refund.status === 'failed') return payment;
  const { reference = refund.reference } = outcome;
  if (outcome.outcome === 'failed')
    return withFailure(payment, { ...refund, reference, failure: outcome.reason }, at);
  if (refund.status === 'done') return payment;
  if (outcome.outcome === 'pending')
    return reference === refund.reference ? payment : replaced(payment, { ...refund, reference });
  const done: Refund = { ...refund, reference, status: 'done', at };
  const refundedAmount = refundedOf(replaced(payment, done));
  const [seq, reopened] = [nextSeq(payment), reopenedOf(payment)];
  return replaced(payment, { ...done, refundedAmount, seq, reopened });
}

function withFailure(payment: PaymentDocument, refund: Refund, at: Date): PaymentDocument {
  const failed = replaced(payment, { ...refund, status: 'failed' });
  const undone = {
    at,
    refundedAmount: refundedOf(failed),
    seq: nextSeq(payment),
    reopened: reopenedOf(payment) + (refundedOf(payment) === payment.amount ? 1 : 0),
  };
  const now = replaced(failed, {
    ...refund,
    status: 'failed',
    ...(refund.status === 'done' ? { undone } : { at }),
  });
  // Where the whole order is voided, what an operator could not give back by itself is still owed, and
  // so is the rest where it was asked for more than was left. What was refused as a whole is not asked
  // for again without end.
  const owed = refund.key !== undefined || refund.elsewhere || refund.amount > restOf(now);
  return payment.undo && owed ? withRestRefunded(now, payment.undo.reason, at) : now;
}

/** The number of the next change of what was given back: each refund is done once, and fails once. */
function nextSeq({ refunds = [] }: PaymentDocument): number {
  const changes = refunds.flatMap(({ refundedAmount, undone }) => [refundedAmount, undone]);
  return 1 + changes.filter((change) => change !== undefined).length;
}

/** How often all was given back, and then was not any more. */
function reopenedOf({ refunds = [] }: PaymentDocument): number {
  return Math.max(0, ...refunds.map(({ undone }) => undone?.reopened ?? 0));
}

function replaced(payment: PaymentDocument, refund: Refund): PaymentDocument {
  const refunds = payment.refunds?.map((one) => (one.refundId === refund.refundId ? refund : one));
  return { ...payment, refunds };
}
