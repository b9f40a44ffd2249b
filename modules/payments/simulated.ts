/** A provider that moves no money, for demos and tests. */
import type { PaymentProvider } from './provider.ts';

/**
 * Approves every charge up to `limit`, in the smallest unit of the currency, and declines what is
 * above, as a card with a limit would. It answers from the charge alone, so the same charge always
 * has the same outcome.
 */
export function simulatedProvider(limit: number): PaymentProvider {
  return {
    name: 'simulated',
    charge: async ({ amount }) =>
      amount <= limit
        ? { outcome: 'processed' }
        : { outcome: 'failed', reason: `The amount is above the limit of ${limit}` },
  };
}
