/** Stripe as a provider: PaymentIntents that are captured by hand, and refunds. */
import type { Config } from '#host';
import type { Charge, Outcome, PaymentProvider, RefundCharge, RefundOutcome } from '../provider.ts';
import { stripeDecimals, toStripe } from './amounts.ts';
import { answerOf, openClient, type StripeClient } from './client.ts';
import { outcomeOf, refundOutcomeOf } from './outcomes.ts';
import { webhookReader } from './webhook.ts';

/**
 * The provider `stripe`; each request takes at most `timeoutMs`.
 *
 * @throws Error that names the settings which are missing or do not fit
 */
export function stripeProvider(config: Config, timeoutMs: number): PaymentProvider {
  const { STRIPE_SECRET_KEY: key, STRIPE_WEBHOOK_SECRET: webhookSecret } = config;
  if (key === undefined || webhookSecret === undefined)
    throw new Error(
      'PAYMENTS_PROVIDER is stripe, which needs STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET.',
    );
  checkCurrency(config);
  const client = openClient(key, config.STRIPE_API_URL, timeoutMs);
  const units = (amount: number, currency: string): number =>
    toStripe(amount, currency, config.CURRENCY_DECIMALS);
  return {
    name: 'stripe',
    authorise: (charge) => create(client, charge, units(charge.amount, charge.currency)),
    capture: (charge) => change(client, charge, 'capture'),
    cancel: async (charge) => {
      if (charge.reference !== undefined) return change(client, charge, 'cancel');
      // Whether Stripe has it already only the same key tells; nobody has its client secret yet.
      const outcome = await create(client, charge, units(charge.amount, charge.currency));
      const { reference } = outcome;
      return outcome.outcome === 'pending' && reference !== undefined
        ? change(client, { ...charge, reference }, 'cancel')
        : outcome;
    },
    find: (charge) => find(client, charge),
    refund: (refund) => giveBack(client, refund, units(refund.amount, refund.payment.currency)),
    readWebhook: webhookReader(client, webhookSecret),
  };
}

function checkCurrency({ CURRENCY, CURRENCY_DECIMALS }: Config): void {
  const decimals = stripeDecimals(CURRENCY);
  if (CURRENCY_DECIMALS > decimals)
    throw new Error(
      `CURRENCY_DECIMALS is ${CURRENCY_DECIMALS}, but Stripe takes ${CURRENCY} with ${decimals}.`,
    );
}

async function create(client: StripeClient, charge: Charge, amount: number): Promise<Outcome> {
  const { idempotencyKey, orderId, currency } = charge;
  if (amount === 0) return { outcome: 'processed' };
  const { answer, refusal } = await answerOf(
    client.paymentIntents.create(
      {
        amount,
        currency: currency.toLowerCase(),
        capture_method: 'manual',
        automatic_payment_methods: { enabled: true },
        metadata: { orderId, paymentId: idempotencyKey },
      },
      { idempotencyKey },
    ),
  );
  return answer ? outcomeOf(answer) : { outcome: 'failed', reason: refusal };
}

/**
 * Captures or cancels. The state of the PaymentIntent keeps that from happening twice; a key would
 * have Stripe repeat a passing failure for a day. What it refuses it has done before, or cannot any
 * more: the PaymentIntent says which.
 */
async function change(
  client: StripeClient,
  charge: Charge,
  how: 'capture' | 'cancel',
): Promise<Outcome> {
  const { answer } = await answerOf(client.paymentIntents[how](charge.reference ?? ''));
  return answer ? outcomeOf(answer) : find(client, charge);
}

async function find(client: StripeClient, { reference = '' }: Charge): Promise<Outcome> {
  const { answer, refusal } = await answerOf(client.paymentIntents.retrieve(reference));
  if (answer) return outcomeOf(answer);
  throw new Error(`Stripe does not know the payment ${reference}: ${refusal}`);
}

/**
 * Stripe forgets keys after a day, so its own list says first whether the refund was made. Between a
 * look and a second one the key keeps it from being made twice.
 */
async function giveBack(
  client: StripeClient,
  { idempotencyKey: refundId, payment }: RefundCharge,
  amount: number,
): Promise<RefundOutcome> {
  const { reference = '', orderId, idempotencyKey: paymentId } = payment;
  const made = await answerOf(madeBefore(client, reference, refundId));
  if (made.answer) return made.answer;
  const { answer, refusal } = await answerOf(
    client.refunds.create(
      { payment_intent: reference, amount, metadata: { orderId, paymentId, refundId } },
      { idempotencyKey: refundId },
    ),
  );
  return answer ? refundOutcomeOf(answer) : { outcome: 'failed', reason: refusal };
}

async function madeBefore(
  client: StripeClient,
  reference: string,
  refundId: string,
): Promise<RefundOutcome | undefined> {
  for await (const refund of client.refunds.list({ payment_intent: reference, limit: 100 })) {
    if (refund.metadata?.['refundId'] === refundId) return refundOutcomeOf(refund);
  }
  return undefined;
}
