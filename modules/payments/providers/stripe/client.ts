/** The connection to Stripe, and its errors. */
import { createRequire } from 'node:module';
import type { Stripe } from 'stripe';
import type { Settings } from '../../settings.ts';

export type StripeClient = Stripe;

const require = createRequire(import.meta.url);

/** The library; it is large, so only those who take payments by it load it. */
export function loadStripe(): typeof Stripe {
  return require('stripe') as typeof Stripe;
}

/**
 * Stripe's client for the configured account. It asks once and gives up after `timeoutMs`: asking
 * again is decided here, by the state of the payment and with its own key. (A connection that was
 * closed it tries a second time by itself, with the same key.)
 */
export function openClient(
  secretKey: string,
  apiUrl: Settings['STRIPE_API_URL'],
  timeoutMs: number,
) {
  const { protocol, hostname, port } = new URL(apiUrl ?? 'https://api.stripe.com');
  const Client = loadStripe();
  return new Client(secretKey, {
    protocol: protocol === 'http:' ? 'http' : 'https',
    host: hostname,
    ...(port !== '' && { port }),
    timeout: timeoutMs,
    maxNetworkRetries: 0,
    telemetry: false,
  });
}

/**
 * Gives what Stripe answers, and its refusal where it says that what was asked for cannot be.
 *
 * @throws Error where that is not known. Stripe's own may hold the payment's secret, which no log may.
 */
export async function answerOf<T>(
  call: Promise<T>,
): Promise<{ answer: T; refusal?: never } | { answer?: never; refusal: string }> {
  const [settled] = await Promise.allSettled([call]);
  if (settled.status === 'fulfilled') return { answer: settled.value };
  const error: unknown = settled.reason;
  if (!(error instanceof loadStripe().errors.StripeError)) throw error;
  const { type, code, statusCode, requestId, message } = error;
  if (type === 'StripeInvalidRequestError' || type === 'StripeCardError')
    return { refusal: message };
  const known = [type, code, statusCode, requestId].filter((part) => part !== undefined);
  throw new Error(`Stripe cannot say what became of it: ${known.join(' ')}`);
}
