/** Stripe's reports: their signature, and what they say. */
import type { Stripe } from 'stripe';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { DomainError } from '#host';
import type { PaymentProvider, Webhook } from '../provider.ts';
import { foundOf, Intent, loadStripe, Metadata, outcomeOf, StripeRefund } from './api.ts';

/** How old a signature may be, in seconds. */
const TOLERANCE_S = 300;

/** What every event has; what it holds besides is nobody's fault, and sent again it is the same. */
const Event = Compile(
  Type.Object({ id: Type.String({ minLength: 1, maxLength: 255 }), type: Type.String() }),
);
/** An event about an object. Those of `"object":"v2.core.event"` only name one, none of ours. */
const Snapshot = Compile(
  Type.Object({ type: Type.String(), data: Type.Object({ object: Type.Unknown() }) }),
);
const Charge = Type.Object({
  object: Type.Literal('charge'),
  payment_intent: Type.Optional(Type.Unknown()),
  metadata: Metadata,
});

const isIntent = Compile(Intent);
const isRefund = Compile(StripeRefund);
const isCharge = Compile(Charge);

/** Reads what is signed with the secret of the webhook endpoint. */
export function webhookReader(
  { webhooks }: Stripe,
  secret: string,
): NonNullable<PaymentProvider['readWebhook']> {
  return (rawBody, headers) => {
    const signature = headers['stripe-signature'];
    let event: unknown;
    try {
      // Not `constructEvent`, which throws on events that are signed and of another kind.
      webhooks.signature!.verifyHeader(rawBody, signature ?? '', secret, TOLERANCE_S);
      event = JSON.parse(rawBody.toString());
    } catch (error) {
      throw refused(error);
    }
    if (!Event.Check(event)) throw invalid('The report is not an event of Stripe.');
    const about = Snapshot.Check(event) ? aboutOurs(event.type, event.data.object) : {};
    return { eventId: event.id, ...about };
  };
}

/** Types that nobody here waits for say nothing, nor do objects that no payment of ours has made. */
function aboutOurs(type: string, object: unknown): Omit<Webhook, 'eventId'> {
  if (type.startsWith('payment_intent.') && isIntent.Check(object))
    return { ...named(object), outcome: outcomeOf(object) };
  if (isRefund.Check(object)) return { ...ofIntent(object), refund: foundOf(object) };
  // Which refund it was a charge does not say: Stripe is asked for all of them.
  return type === 'charge.refunded' && isCharge.Check(object) ? ofIntent(object) : {};
}

function named({ metadata }: Pick<Static<typeof Intent>, 'metadata'>) {
  return { paymentId: metadata?.['paymentId'] };
}

/** What somebody else has made has no metadata of ours, but belongs to our PaymentIntent. */
function ofIntent(object: Pick<Static<typeof Charge>, 'payment_intent' | 'metadata'>) {
  const { payment_intent: intent } = object;
  return { ...named(object), ...(typeof intent === 'string' && { reference: intent }) };
}

/** The library says what was wrong; only a wrong signature or an old one is the sender's fault to know. */
function refused(error: unknown): unknown {
  if (error instanceof loadStripe().errors.StripeSignatureVerificationError)
    return new DomainError(
      'invalid',
      'invalid-signature',
      'The header Stripe-Signature does not sign this body, or was made more than 5 minutes ago.',
    );
  return error instanceof SyntaxError ? invalid('The report is no JSON.') : error;
}

const invalid = (message: string): DomainError =>
  new DomainError('invalid', 'invalid-report', message);
