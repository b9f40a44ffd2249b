/** Stripe's API as it is used here: its client and errors, its amounts, and what its objects say. */
import { createRequire } from 'node:module';
import type { Stripe } from 'stripe';
import { Type, type Static } from 'typebox';
import { Nullable } from '#host';
import type { Settings } from '../../settings.ts';
import type { FoundRefund, Outcome, RefundOutcome } from '../provider.ts';

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

/**
 * Currencies that Stripe takes without decimals (its page on currencies). ISK and UGX have none
 * either, but Stripe wants them with two, as before they lost theirs.
 */
const WITHOUT_DECIMALS = new Set(
  'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '),
);
/** Their last digit must be 0. */
const THREE_DECIMALS = new Set('BHD JOD KWD OMR TND'.split(' '));

/** How many decimals Stripe's smallest unit of a currency has. */
export function stripeDecimals(currency: string): number {
  if (WITHOUT_DECIMALS.has(currency)) return 0;
  return THREE_DECIMALS.has(currency) ? 3 : 2;
}

/**
 * An amount in our smallest unit, which has `decimals`, in Stripe's.
 *
 * @throws RangeError where Stripe does not take so exact an amount
 */
export function toStripe(amount: number, currency: string, decimals: number): number {
  const more = stripeDecimals(currency) - decimals;
  if (more < 0)
    throw new RangeError(`Stripe takes ${currency} with ${decimals + more} decimals at most`);
  const units = amount * 10 ** more;
  if (THREE_DECIMALS.has(currency) && units % 10 !== 0)
    throw new RangeError(`Stripe takes ${currency} with a last decimal of 0 only`);
  return units;
}

const text = Type.Optional(Nullable(Type.String()));
export const Metadata = Type.Optional(Nullable(Type.Record(Type.String(), Type.String())));

/** What we read of a PaymentIntent. */
export const Intent = Type.Object({
  object: Type.Literal('payment_intent'),
  id: Type.String({ minLength: 1 }),
  status: Type.String(),
  client_secret: text,
  cancellation_reason: text,
  metadata: Metadata,
});

/** What we read of a refund. */
export const StripeRefund = Type.Object({
  object: Type.Literal('refund'),
  id: Type.String({ minLength: 1 }),
  amount: Type.Integer({ minimum: 0 }),
  currency: Type.String(),
  payment_intent: Type.Optional(Type.Unknown()),
  reason: text,
  status: text,
  failure_reason: text,
  metadata: Metadata,
});

/** A declined attempt is no end: the buyer may try another card on the same PaymentIntent. */
export function outcomeOf(intent: Static<typeof Intent>): Outcome {
  const { id: reference, status, client_secret: clientSecret, cancellation_reason: why } = intent;
  switch (status) {
    case 'succeeded':
      return { outcome: 'processed', reference };
    case 'requires_capture':
      return { outcome: 'authorised', reference };
    case 'canceled':
      return {
        outcome: 'cancelled',
        reference,
        reason: `Cancelled at Stripe: ${why ?? 'no reason'}`,
      };
    default:
      return { outcome: 'pending', reference, ...(clientSecret && { action: { clientSecret } }) };
  }
}

/** A refund that was made by us or, for example, in Stripe's dashboard. */
export function foundOf(refund: Omit<Static<typeof StripeRefund>, 'payment_intent'>): FoundRefund {
  const { id: reference, amount, currency, reason, metadata } = refund;
  return {
    refundId: metadata?.['refundId'],
    amount,
    decimals: stripeDecimals(currency.toUpperCase()),
    reason: reason ? `At Stripe: ${reason}` : 'At Stripe',
    outcome: { ...refundOutcomeOf(refund), reference },
  };
}

export function refundOutcomeOf(
  refund: Pick<Static<typeof StripeRefund>, 'id' | 'status' | 'failure_reason'>,
): RefundOutcome {
  const { id: reference, status, failure_reason: why } = refund;
  switch (status) {
    case 'succeeded':
      return { outcome: 'done', reference };
    case 'failed':
    case 'canceled':
      return { outcome: 'failed', reference, reason: `Stripe: ${status}, ${why ?? 'no reason'}` };
    case null:
    case undefined:
    default:
      return { outcome: 'pending', reference };
  }
}
