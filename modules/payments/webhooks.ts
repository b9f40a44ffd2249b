/** The call by which a provider reports what became of payments and refunds. */
import type { Collection, IndexDescription } from 'mongodb';
import { Type } from 'typebox';
import { DomainError, isDuplicateKey, type ModuleContext, type Routes } from '#host';
import { advance } from './advance.ts';
import { chargeOf, factOf, findRefunds } from './found-refunds.ts';
import { movesOn, type Fact, type PaymentDocument } from './payment.ts';
import type { Webhook } from './providers/provider.ts';
import { record } from './record.ts';
import { findPayment } from './store.ts';
import type { OpenTill, Till } from './provider-binding.ts';

/** The largest report that is read, in bytes. */
const BODY_LIMIT = 524_288;

/** How long a report is remembered: longer than a provider sends it again, by hand too (30 days). */
const REMEMBERED_S = 2_592_000;

export const webhookIndexes: IndexDescription[] = [
  { name: 'forget', key: { handledAt: 1 }, expireAfterSeconds: REMEMBERED_S },
];

/** The reports that were handled. An id is that of the provider, with its name before. */
const handled = ({ db }: ModuleContext): Collection<{ _id: string; handledAt: Date }> =>
  db.collection('webhooks');

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
export function webhookRoutes(open: OpenTill, context: ModuleContext): Routes {
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
        const till = open(context);
        const { name, readWebhook } = till.provider;
        if (request.params.provider !== name || !readWebhook) throw unknownProvider();
        const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        await handle(till, readWebhook(rawBody, request.headers));
        return { received: true as const };
      },
    );
  };
}

/** The effect comes first: a report is sent again until both are stored. */
async function handle(till: Till, webhook: Webhook): Promise<void> {
  const { context, provider } = till;
  const _id = `${provider.name}:${webhook.eventId}`;
  if (await handled(context).findOne({ _id })) return;
  await apply(till, webhook);
  try {
    await handled(context).insertOne({ _id, handledAt: new Date() });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}

/**
 * A payment is written down before its provider knows of it, so one that we do not know is not ours:
 * others may use the same account. To refuse it would only have it sent again.
 */
async function apply(till: Till, webhook: Webhook): Promise<void> {
  const { context, provider, timing } = till;
  const { eventId, paymentId, reference } = webhook;
  if (paymentId === undefined && reference === undefined) return;
  const payment =
    (paymentId !== undefined && (await findPayment(context, { _id: paymentId }))) ||
    (reference !== undefined &&
      (await findPayment(context, { reference, provider: provider.name })));
  if (!payment || payment.provider !== provider.name) {
    const about = { eventId, paymentId, reference };
    context.log.info(about, 'a report is about a payment that is not ours');
    return;
  }
  const { _id, orderId } = payment;
  context.log.info({ eventId, orderId, paymentId: _id }, 'the provider reports');
  const facts = await factsOf(till, payment, webhook);
  const moving = (await record(till, [{ payment, facts }])).filter(movesOn);
  await advance(till, moving, timing.patienceMs);
}

/** What is said of a refund of another attempt with the same payment in its metadata is nothing to us. */
async function factsOf(till: Till, payment: PaymentDocument, webhook: Webhook): Promise<Fact[]> {
  const { outcome, refund, reference } = webhook;
  if (outcome) return [{ kind: 'answered', outcome }];
  if (reference !== undefined && reference !== payment.reference) return [];
  if (refund) return [factOf(refund, chargeOf(till, payment))];
  try {
    return await findRefunds(till, payment);
  } catch (err) {
    const { _id: paymentId, orderId } = payment;
    till.context.log.warn({ err, orderId, paymentId }, 'the provider did not say what it refunded');
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
