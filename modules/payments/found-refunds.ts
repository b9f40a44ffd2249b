/** Refunds as the provider knows them, whoever has asked for them. */
import { startDeadline } from './deadline.ts';
import type { Fact, PaymentDocument } from './payment.ts';
import type { Charge, FoundRefund } from './providers/provider.ts';
import { record } from './record.ts';
import type { Till } from './provider-binding.ts';
import { settingsOf } from './settings.ts';

/** A payment as the provider is asked for it. */
export function chargeOf({ context }: Till, payment: PaymentDocument): Charge {
  const { _id, orderId, amount, currency, reference } = payment;
  const { decimals = settingsOf(context).CURRENCY_DECIMALS } = payment;
  return { idempotencyKey: _id, orderId, amount, currency, decimals, reference };
}

/**
 * Asks the provider for all refunds of a payment.
 *
 * @throws Error where it does not answer
 */
export async function findRefunds(till: Till, payment: PaymentDocument): Promise<Fact[]> {
  const charge = chargeOf(till, payment);
  const found = (await till.provider.refundsOf?.(charge)) ?? [];
  return found.map((refund) => factOf(refund, charge));
}

/**
 * What a refund that was found says of a payment. A part of our smallest unit counts as a whole one:
 * so never more is asked for than is left.
 */
export function factOf({ decimals, amount, ...refund }: FoundRefund, charge: Charge): Fact {
  const ours = Math.ceil(amount / 10 ** (decimals - charge.decimals));
  return { kind: 'refund-found', refund: { ...refund, amount: ours } };
}

/** Records the refunds of a payment that were made elsewhere, if the provider says so in time. */
export async function learnRefunds(till: Till, payment: PaymentDocument): Promise<void> {
  const { provider, timing, context } = till;
  if (payment.status !== 'processed' || payment.provider !== provider.name) return;
  const deadline = startDeadline(timing.patienceMs, context.signal, timing.patienceMs);
  try {
    const facts = await deadline.bound(() => findRefunds(till, payment));
    await record(till, [{ payment, facts }]);
  } catch (err) {
    const { _id: paymentId, orderId } = payment;
    context.log.warn({ err, orderId, paymentId }, 'the provider did not say what it has refunded');
  } finally {
    deadline.clear();
  }
}
