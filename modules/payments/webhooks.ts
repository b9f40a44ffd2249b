/** The call by which a provider reports what became of payments and refunds. */
import type { IndexDescription } from 'mongodb';
import { Type } from 'typebox';
import { DomainError, isDuplicateKey, type Routes } from '#host';
import { advance, findRefunds, record, refundFound } from './advance.ts';
import type { PaymentDocument } from './document.ts';
import { canProceed, type PaymentEvent } from './payment.ts';
import { chargeOf, type ProviderBinding } from './provider-binding.ts';
import type { Webhook } from './providers/provider.ts';
import { findPayment } from './store.ts';

/** The largest report that is read, in bytes. */
const BODY_LIMIT = 524_288;

/** How long a report is remembered: longer than a provider sends it again, by hand too (30 days). */
const REMEMBERED_S = 2_592_000;

export const webhookIndexes: IndexDescription[] = [
  { name: 'forget', key: { handledAt: 1 }, expireAfterSeconds: REMEMBERED_S },
];

const WebhookParams = Type.Object({ provider: Type.String({ minLength: 1, maxLength: 64 }) });
/** Only the provider's own library may read it: the signature counts for its bytes. */
const WebhookBody = {
  description: 'As the provider writes it',
  content: { 'application/json': { schema: Type.Unknown() } },
};
const WebhookResponse = Type.Object({
  received: Type.Literal(true, { description: 'It is stored, or nothing to us' }),
});

/** Adds the call. It wants no session: the signature over the exact bytes says who sends. */
export function webhookRoutes(binding: ProviderBinding): Routes {
  return (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
      (_request, body, done) => done(null, body),
    );
    app.post(
      '/payments/webhooks/:provider',
      {
        bodyLimit: BODY_LIMIT,
        schema: {
          summary: 'A report of the payment provider, signed by it',
          params: WebhookParams,
          body: WebhookBody,
          response: { 200: WebhookResponse },
        },
      },
      async (request) => {
        const { name, readWebhook } = binding.provider;
        if (request.params.provider !== name || !readWebhook) throw unknownProvider();
        const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        await handle(binding, readWebhook(rawBody, request.headers));
        return { received: true as const };
      },
    );
  };
}

/** The effect comes first: a report is sent again until both are stored. */
async function handle(binding: ProviderBinding, webhook: Webhook): Promise<void> {
  const { store, provider } = binding;
  const _id = `${provider.name}:${webhook.eventId}`;
  if (await store.webhooks.findOne({ _id })) return;
  await applyReport(binding, webhook);
  try {
    await store.webhooks.insertOne({ _id, handledAt: new Date() });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}

/**
 * A payment is written down before its provider knows of it, so one that we do not know is not ours:
 * others may use the same account. To refuse it would only have it sent again.
 */
async function applyReport(binding: ProviderBinding, webhook: Webhook): Promise<void> {
  const { store, provider, log } = binding;
  const { eventId, paymentId, reference } = webhook;
  if (paymentId === undefined && reference === undefined) return;
  const payment =
    (paymentId !== undefined && (await findPayment(store, { _id: paymentId }))) ||
    (reference !== undefined && (await findPayment(store, { reference, provider: provider.name })));
  if (!payment || payment.provider !== provider.name) {
    const about = { eventId, paymentId, reference };
    log.info(about, 'a report is about a payment that is not ours');
    return;
  }
  const { _id, orderId } = payment;
  log.info({ eventId, orderId, paymentId: _id }, 'the provider reports');
  const events = await eventsOf(binding, payment, webhook);
  const changed = await record(binding, [{ payment, events }]);
  await advance(binding, changed.filter(canProceed));
}

/** What is said of a refund of another attempt with the same payment in its metadata is nothing to us. */
async function eventsOf(
  binding: ProviderBinding,
  payment: PaymentDocument,
  webhook: Webhook,
): Promise<PaymentEvent[]> {
  const { outcome, refund, reference } = webhook;
  if (outcome) return [{ kind: 'answered', outcome }];
  if (reference !== undefined && reference !== payment.reference) return [];
  if (refund) return [refundFound(refund, chargeOf(binding, payment))];
  try {
    return await findRefunds(binding, payment);
  } catch (err) {
    const { _id: paymentId, orderId } = payment;
    binding.log.warn({ err, orderId, paymentId }, 'the provider did not say what it refunded');
    throw unanswered();
  }
}

function unanswered(): DomainError {
  return new DomainError(
    'unavailable',
    'no-answer-of-the-provider',
    'The provider does not say what it has refunded; send the report again.',
  );
}

function unknownProvider(): DomainError {
  return new DomainError(
    'not-found',
    'unknown-provider',
    'No provider of this name reports here; PAYMENTS_PROVIDER names the one that does.',
  );
}
