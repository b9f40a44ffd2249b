/** Giving money back on an operator's request. */
import { randomUUID } from 'node:crypto';
import { DomainError } from '#host';
import { advance, findRefunds, record } from './advance.ts';
import type { PaymentDocument, Refund } from './document.ts';
import { canProceed } from './payment.ts';
import { startDeadline, type ProviderBinding } from './provider-binding.ts';
import { refundByKey, restOf, type RefundRequest } from './refund.ts';
import { findPayment } from './store.ts';

/** The reason of an operator who gives none. */
const REASON = 'by the operator';

export interface Asked {
  amount?: number | undefined;
  reason?: string | undefined;
  idempotencyKey: string | undefined;
}

/**
 * Stores the refund, then asks the provider. What it does not answer in time is asked by the job.
 *
 * @returns the refund as it stands then, or the earlier one with the same idempotency key; and the
 * payment before and after
 * @throws DomainError where the payment is unknown or was not taken, less is left, or the key was
 * used otherwise
 */
export async function refundPayment(
  binding: ProviderBinding,
  paymentId: string,
  asked: Asked,
): Promise<{ before: PaymentDocument; refund: Refund; after: PaymentDocument }> {
  const { amount, reason = REASON, idempotencyKey: key = randomUUID() } = asked;
  const found = await known(binding, paymentId);
  if (!refundByKey(found, key)) await learnRefunds(binding, found);
  const { before, payment, isNew } = await request(binding, paymentId, { key, amount, reason });
  if (isNew && canProceed(payment)) await advance(binding, [payment]);
  const after = isNew ? await known(binding, paymentId) : payment;
  return { before, refund: refundByKey(after, key)!, after };
}

/** Records the refunds of a payment that were made elsewhere, if the provider says so in time. */
async function learnRefunds(binding: ProviderBinding, payment: PaymentDocument): Promise<void> {
  const { provider, timing, signal, log } = binding;
  if (payment.status !== 'processed' || payment.provider !== provider.name) return;
  const deadline = startDeadline(timing.responseTimeoutMs, signal, timing.responseTimeoutMs);
  try {
    const events = await deadline.bound(() => findRefunds(binding, payment));
    await record(binding, [{ payment, events }]);
  } catch (err) {
    const { _id: paymentId, orderId } = payment;
    log.warn({ err, orderId, paymentId }, 'the provider did not say what it has refunded');
  } finally {
    deadline.clear();
  }
}

/** Decides on the payment as it is, again where somebody else has changed it meanwhile. */
async function request(
  binding: ProviderBinding,
  paymentId: string,
  wanted: RefundRequest,
): Promise<{ before: PaymentDocument; payment: PaymentDocument; isNew: boolean }> {
  for (;;) {
    const payment = await known(binding, paymentId);
    const earlier = refundByKey(payment, wanted.key);
    if (earlier) {
      checkSame(earlier, wanted);
      return { before: payment, payment, isNew: false };
    }
    check(binding, payment, wanted);
    const events = [{ kind: 'refund-requested', request: wanted } as const];
    const [stored] = await record(binding, [{ payment, events }]);
    if (stored && refundByKey(stored, wanted.key))
      return { before: payment, payment: stored, isNew: true };
  }
}

async function known({ store }: ProviderBinding, paymentId: string): Promise<PaymentDocument> {
  const payment = await findPayment(store, { _id: paymentId });
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

function check(
  { provider }: ProviderBinding,
  payment: PaymentDocument,
  { amount }: RefundRequest,
): void {
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
