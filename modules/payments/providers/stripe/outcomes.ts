/** What Stripe's objects say of a payment or refund. */
import { Type, type Static } from 'typebox';
import type { FoundRefund, Outcome, RefundOutcome } from '../provider.ts';
import { stripeDecimals } from './amounts.ts';

const text = Type.Optional(Type.Union([Type.String(), Type.Null()]));
export const Metadata = Type.Optional(
  Type.Union([Type.Record(Type.String(), Type.String()), Type.Null()]),
);

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
