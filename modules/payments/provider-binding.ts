/** What one process takes payments with: the provider, how long it waits for it, and where they are stored. */
import type { FastifyBaseLogger } from 'fastify';
import type { ModuleContext } from '#host';
import type { PaymentDocument } from './document.ts';
import type { Charge, PaymentProvider } from './providers/provider.ts';
import type { Settings } from './settings.ts';
import { openPaymentStore, type PaymentStore } from './store.ts';

/** All in ms. */
export interface Timing {
  /** How long a handler or a request waits for the provider; the job then takes over. */
  responseTimeoutMs: number;
  /** How long the job waits for one answer. */
  pollTimeoutMs: number;
  /** The pause after a change before the job takes over; doubled with each question after. */
  retryMinMs: number;
  retryMaxMs: number;
  /** The pause between two polls. */
  pollEveryMs: number;
}

export const TIMING: Timing = {
  responseTimeoutMs: 1000,
  pollTimeoutMs: 10_000,
  retryMinMs: 2000,
  retryMaxMs: 900_000,
  pollEveryMs: 1000,
};

export interface ProviderBinding {
  readonly provider: PaymentProvider;
  readonly timing: Timing;
  readonly store: PaymentStore;
  readonly settings: Pick<Settings, 'CURRENCY' | 'CURRENCY_DECIMALS'>;
  readonly log: FastifyBaseLogger;
  /** Aborted when the process begins to stop. */
  readonly signal: AbortSignal;
}

export type ProviderOf = (settings: Settings, timing: Timing) => PaymentProvider;

/** Binds the provider that `providerOf` gives. It throws what that does. */
export function bindProvider(
  context: ModuleContext<Settings>,
  providerOf: ProviderOf,
  timing: Timing,
): ProviderBinding {
  const { settings, log, signal } = context;
  const provider = providerOf(settings, timing);
  return { provider, timing, store: openPaymentStore(context), settings, log, signal };
}

/** A payment as the provider is asked for it. */
export function chargeOf({ settings }: ProviderBinding, payment: PaymentDocument): Charge {
  const { _id, orderId, amount, currency, reference } = payment;
  const { decimals = settings.CURRENCY_DECIMALS } = payment;
  return { idempotencyKey: _id, orderId, amount, currency, decimals, reference };
}

/** A bound for what may never answer. */
export interface Deadline {
  /**
   * Gives what the call gives.
   *
   * @throws Error where the deadline is over before; the call itself goes on
   */
  bound<T>(call: () => Promise<T>): Promise<T>;
  /** To be called when nothing is waited for any more. */
  clear(): void;
}

/**
 * A deadline for many calls, `ms` from now. When the signal aborts, what is quick still gets an
 * answer: `graceMs` are left then at most.
 */
export function startDeadline(ms: number, signal: AbortSignal, graceMs: number): Deadline {
  const { promise: over, reject } = Promise.withResolvers<never>();
  // It may pass, or be cleared, while no call is bound by it.
  over.catch(() => undefined);
  let timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  const hurry = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => reject(new Error('the process stops')), Math.min(ms, graceMs));
  };
  if (signal.aborted) hurry();
  else signal.addEventListener('abort', hurry, { once: true });
  return {
    bound: (call) => Promise.race([call(), over]),
    clear() {
      clearTimeout(timer);
      signal.removeEventListener('abort', hurry);
    },
  };
}
