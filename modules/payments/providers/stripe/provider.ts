/** Stripe as a provider: PaymentIntents that are captured by hand, and refunds. */
import type { Settings } from '../../settings.ts';
import type {
  Charge,
  FoundRefund,
  Outcome,
  PaymentProvider,
  RefundCharge,
  RefundOutcome,
} from '../provider.ts';
import {
  answerOf,
  foundOf,
  openClient,
  outcomeOf,
  refundOutcomeOf,
  stripeDecimals,
  toStripe,
  type StripeClient,
} from './api.ts';
import { webhookReader } from './webhook.ts';

/**
 * The provider `stripe`; each request takes at most `timeoutMs`.
 *
 * @throws Error that names the settings which are missing or do not fit
 */
export function stripeProvider(config: Settings, timeoutMs: number): PaymentProvider {
  const { STRIPE_SECRET_KEY: key, STRIPE_WEBHOOK_SECRET: webhookSecret } = config;
  if (key === undefined || webhookSecret === undefined)
    throw new Error(
      'PAYMENTS_PROVIDER is stripe, which needs STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET.',
    );
  checkCurrency(config);
  const client = openClient(key, config.STRIPE_API_URL, timeoutMs);
  return {
    name: 'stripe',
    authorise: (charge) => create(client, charge),
    capture: (charge) => change(client, charge, 'capture'),
    cancel: async (charge) => {
      if (charge.reference !== undefined) return change(client, charge, 'cancel');
      // Whether Stripe has it already only the same key tells; nobody has its client secret yet.
      const outcome = await create(client, charge);
      const { reference } = outcome;
      return outcome.outcome === 'pending' && reference !== undefined
        ? change(client, { ...charge, reference }, 'cancel')
        : outcome;
    },
    find: (charge) => find(client, charge),
    refund: (refund) => createRefund(client, refund),
    refundsOf: (payment) => refundsOf(client, payment),
    readWebhook: webhookReader(client, webhookSecret),
  };
}

function checkCurrency({ CURRENCY, CURRENCY_DECIMALS }: Settings): void {
  const decimals = stripeDecimals(CURRENCY);
  if (CURRENCY_DECIMALS > decimals)
    throw new Error(
      `CURRENCY_DECIMALS is ${CURRENCY_DECIMALS}, but Stripe takes ${CURRENCY} with ${decimals}.`,
    );
}

/** An amount as Stripe counts it, or why Stripe cannot take it. */
function amountOf(
  amount: number,
  currency: string,
  decimals: number,
): { amount: number; tooExact?: never } | { amount?: never; tooExact: string } {
  try {
    return { amount: toStripe(amount, currency, decimals) };
  } catch (error) {
    if (error instanceof RangeError) return { tooExact: error.message };
    throw error;
  }
}

async function create(client: StripeClient, charge: Charge): Promise<Outcome> {
  const { idempotencyKey, orderId, currency, decimals } = charge;
  const { amount, tooExact } = amountOf(charge.amount, currency, decimals);
  if (amount === undefined) return { outcome: 'failed', reason: tooExact };
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
 * Stripe forgets keys after a day, so whoever asks has looked into {@link refundsOf} before. Between
 * two who have, the key keeps it from being made twice.
 */
async function createRefund(
  client: StripeClient,
  { idempotencyKey: refundId, payment, amount: ours }: RefundCharge,
): Promise<RefundOutcome> {
  const { reference = '', orderId, idempotencyKey: paymentId, currency, decimals } = payment;
  const { amount, tooExact } = amountOf(ours, currency, decimals);
  if (amount === undefined) return { outcome: 'failed', reason: tooExact };
  const { answer, refusal } = await answerOf(
    client.refunds.create(
      { payment_intent: reference, amount, metadata: { orderId, paymentId, refundId } },
      { idempotencyKey: refundId },
    ),
  );
  return answer ? refundOutcomeOf(answer) : { outcome: 'failed', reason: refusal };
}

async function refundsOf(client: StripeClient, { reference }: Charge): Promise<FoundRefund[]> {
  // Nothing was asked of Stripe for what costs nothing.
  if (reference === undefined) return [];
  const all = client.refunds.list({ payment_intent: reference, limit: 100 });
  const { answer, refusal } = await answerOf(Array.fromAsync(all, foundOf));
  if (answer) return answer;
  throw new Error(`Stripe does not say what it has refunded of ${reference}: ${refusal}`);
}
