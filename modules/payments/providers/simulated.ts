/** A provider that moves no money, for demos and tests. */
import type { Charge, Outcome, PaymentProvider } from './provider.ts';

/**
 * Approves every charge up to `limit`, in the smallest unit of the currency, and declines what is
 * above, as a card with a limit would. It answers from the charge alone, so the same charge always
 * has the same outcome. It gives back whatever is asked for.
 */
export function simulatedProvider(limit: number): PaymentProvider {
  const outcomeOf = ({ amount }: Charge): Outcome =>
    amount <= limit
      ? { outcome: 'processed' }
      : { outcome: 'failed', reason: `The amount is above the limit of ${limit}` };
  const charge = async (asked: Charge): Promise<Outcome> => outcomeOf(asked);
  return {
    name: 'simulated',
    outcomeOf,
    authorise: charge,
    capture: charge,
    find: charge,
    cancel: async () => ({ outcome: 'cancelled', reason: 'cancelled before it was taken' }),
    refund: async () => ({ outcome: 'done' }),
  };
}
