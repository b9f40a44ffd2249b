/** The till: what payments are taken with in one process, and how long it waits for the provider. */
import { perContext, type ModuleContext } from '#host';
import type { PaymentProvider } from './providers/provider.ts';
import { settingsOf, type Settings } from './settings.ts';

/** All in ms. */
export interface Timing {
  /** How long a handler or a request waits for the provider; the task then takes over. */
  patienceMs: number;
  /** How long the task waits for one answer. */
  timeoutMs: number;
  /** The pause after a change before the task takes over; doubled with each question after. */
  retryMinMs: number;
  retryMaxMs: number;
  /** The pause between two looks of the task. */
  settleEveryMs: number;
}

export const TIMING: Timing = {
  patienceMs: 1000,
  timeoutMs: 10_000,
  retryMinMs: 2000,
  retryMaxMs: 900_000,
  settleEveryMs: 1000,
};

export interface Till {
  readonly context: ModuleContext;
  readonly provider: PaymentProvider;
  readonly timing: Timing;
}

export type OpenTill = (context: ModuleContext) => Till;

/** Opens one till for each context. It throws what `providerOf` does. */
export function tills(
  providerOf: (config: Settings, timing: Timing) => PaymentProvider,
  timing: Timing,
): OpenTill {
  return perContext((context) => ({
    context,
    provider: providerOf(settingsOf(context), timing),
    timing,
  }));
}

/** The pause before the provider is asked again, in ms; random, so that many do not ask at once. */
export function pauseMs({ retryMinMs, retryMaxMs }: Timing, attempts: number): number {
  return Math.min(retryMaxMs, retryMinMs * 2 ** attempts) * (0.5 + Math.random() / 2);
}
