/** A provider that moves no money, for demos and tests. */
import type { Charge, Outcome, PaymentProvider } from './provider.ts';

/**
 * Approves every charge up to `limit`, in the smallest unit of the currency, and declines what is
 * above, as a card with a limit would. It answers from the charge alone, so the same charge always
 * has the same outcome. It gives back whatever is asked for.
 */
export function simulatedProvider(limit: number): PaymentProvider {
  const charge = async ({ amount }: Charge): Promise<Outcome> =>
    amount <= limit
      ? { outcome: 'processed' }
      : { outcome: 'failed', reason: `The amount is above the limit of ${limit}` };
  return {
    name: 'simulated',
    authorise: charge,
    capture: charge,
    find: charge,
    cancel: async () => ({ outcome: 'cancelled', reason: 'cancelled before it was taken' }),
    refund: async () => ({ outcome: 'done' }),
  };
}
