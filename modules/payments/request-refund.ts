/** Giving money back on an operator's request. */
import { randomUUID } from 'node:crypto';
import { DomainError } from '#host';
import { advance } from './advance.ts';
import { learnRefunds } from './found-refunds.ts';
import { movesOn, type PaymentDocument } from './payment.ts';
import { record } from './record.ts';
import { refundByKey, restOf, type Refund, type RefundRequest } from './refund.ts';
import { findPayment } from './store.ts';
import type { Till } from './provider-binding.ts';

/** The reason of an operator who gives none. */
const REASON = 'by the operator';

export interface Asked {
  amount?: number | undefined;
  reason?: string | undefined;
  idempotencyKey: string | undefined;
}

/**
 * Stores the refund, then asks the provider. What it does not answer in time is asked by the task.
 *
 * @returns the refund as it stands then, or the earlier one with the same idempotency key
 * @throws DomainError where the payment is unknown or was not taken, less is left, or the key was
 * used otherwise
 */
export async function refundPayment(till: Till, paymentId: string, asked: Asked): Promise<Refund> {
  const { amount, reason = REASON, idempotencyKey: key = randomUUID() } = asked;
  const before = await known(till, paymentId);
  if (!refundByKey(before, key)) await learnRefunds(till, before);
  const { payment, isNew } = await request(till, paymentId, { key, amount, reason });
  if (isNew && movesOn(payment)) await advance(till, [payment], till.timing.patienceMs);
  const now = isNew ? await known(till, paymentId) : payment;
  return refundByKey(now, key)!;
}

/** Decides on the payment as it is, again where somebody else has changed it meanwhile. */
async function request(
  till: Till,
  paymentId: string,
  wanted: RefundRequest,
): Promise<{ payment: PaymentDocument; isNew: boolean }> {
  for (;;) {
    const payment = await known(till, paymentId);
    const earlier = refundByKey(payment, wanted.key);
    if (earlier) {
      checkSame(earlier, wanted);
      return { payment, isNew: false };
    }
    check(till, payment, wanted);
    const facts = [{ kind: 'refund-requested', request: wanted } as const];
    const [stored] = await record(till, [{ payment, facts }]);
    if (stored && refundByKey(stored, wanted.key)) return { payment: stored, isNew: true };
  }
}

async function known({ context }: Till, paymentId: string): Promise<PaymentDocument> {
  const payment = await findPayment(context, { _id: paymentId });
  if (payment) return payment;
  throw new DomainError('not-found', 'unknown-payment', 'There is no payment with this id.');
}

function checkSame(earlier: Refund, { amount, reason }: RefundRequest): void {
  const same = earlier.rest ? amount === undefined : amount === earlier.amount;
  if (same && reason === earlier.reason) return;
  throw new DomainError(
    'unprocessable',
    'idempotency-key-reused',
    'This Idempotency-Key belongs to another refund; a new refund needs a new key.',
  );
}

function check({ provider }: Till, payment: PaymentDocument, { amount }: RefundRequest): void {
  if (payment.status !== 'processed')
    throw new DomainError(
      'conflict',
      'payment-not-processed',
      `The payment is ${payment.status}: nothing was taken that could be given back.`,
    );
  if (payment.provider !== provider.name)
    throw new DomainError(
      'conflict',
      'other-provider',
      `The payment was taken by ${payment.provider}; PAYMENTS_PROVIDER names ${provider.name}.`,
    );
  const rest = restOf(payment);
  if (rest === 0 || (amount ?? rest) > rest)
    throw new DomainError(
      'unprocessable',
      'refund-exceeds-payment',
      `Of the payment ${rest} is left to be given back.`,
      { left: rest },
    );
}
