/** Payments in MongoDB. */
import type { Collection } from 'mongodb';
import { isDuplicateKey, type ModuleContext, type OutboxDocument } from '#host';
import { outcomeEvent, type PaymentDocument } from './payment.ts';
import type { Outcome } from './provider.ts';

/** One payment for each order, whatever is delivered how often. */
export const paymentIndexes = [
  { name: 'order', key: { orderId: 1 }, unique: true },
  { name: 'open', key: { _id: 1, status: 1 }, partialFilterExpression: { status: 'initiated' } },
];

/** Payments that are settled at a time, where many are open. */
const BATCH = 500;

const payments = ({ db }: ModuleContext): Collection<PaymentDocument> =>
  db.collection<PaymentDocument>('payments');

/** Writes new payments down. Gives those of their orders that wait for an outcome, new and earlier. */
export async function initiate(
  context: ModuleContext,
  wanted: PaymentDocument[],
): Promise<PaymentDocument[]> {
  try {
    await payments(context).insertMany(wanted, { ordered: false });
    return wanted;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  return payments(context)
    .find({ orderId: { $in: wanted.map(({ orderId }) => orderId) }, status: 'initiated' })
    .toArray();
}

/** A payment and what became of it. */
export interface Settled {
  payment: PaymentDocument;
  outcome: Outcome;
  cause: { traceparent?: string | undefined };
}

/** Stores outcomes and publishes them. The first outcome of a payment stands. */
export async function settle(context: ModuleContext, settled: readonly Settled[]): Promise<void> {
  if (settled.length === 0) return;
  const written = settled.map(({ payment, outcome, cause }) => ({
    _id: payment._id,
    fields: {
      status: outcome.outcome,
      ...(outcome.outcome === 'failed' && { reason: outcome.reason }),
    },
    event: outcomeEvent(payment, outcome, cause),
  }));
  const { modifiedCount } = await payments(context).bulkWrite(
    written.map(({ _id, fields, event }) => ({
      updateOne: {
        filter: { _id, status: 'initiated' },
        update: { $set: { ...fields, updatedAt: new Date() }, $push: { outbox: event } },
      },
    })),
    { ordered: false },
  );
  const documents: OutboxDocument[] = written.map(({ _id, event }) => ({ _id, outbox: [event] }));
  // Where another process was faster with some, their documents say which events there are.
  const unpublished =
    modifiedCount === written.length ? documents : await withOutbox(context, documents);
  await context.publish('payments', unpublished);
}

function withOutbox(
  context: ModuleContext,
  documents: readonly OutboxDocument[],
): Promise<PaymentDocument[]> {
  return payments(context)
    .find({ _id: { $in: documents.map(({ _id }) => _id) }, 'outbox.0': { $exists: true } })
    .toArray();
}

/** Publishes again how the payments of these orders ended, as far as they have. */
export async function tellOutcomes(
  context: ModuleContext,
  orderIds: readonly string[],
): Promise<void> {
  const ended = await payments(context)
    .find({ orderId: { $in: [...orderIds] }, status: { $ne: 'initiated' } })
    .toArray();
  await context.republish(ended.map((payment) => outcomeEvent(payment, outcomeOf(payment))));
}

function outcomeOf({ status, reason = '' }: PaymentDocument): Outcome {
  return status === 'processed' ? { outcome: status } : { outcome: 'failed', reason };
}

/** The payments that wait for an outcome, some at a time. */
export async function* openPayments(context: ModuleContext): AsyncGenerator<PaymentDocument[]> {
  let after = '';
  for (;;) {
    const some = await payments(context)
      .find({ status: 'initiated', _id: { $gt: after } })
      .sort({ _id: 1 })
      .limit(BATCH)
      .toArray();
    if (some.length === 0) return;
    yield some;
    after = some.at(-1)!._id;
  }
}

/** The payment, if it is the user's. */
export function findPayment(
  context: ModuleContext,
  paymentId: string,
  userId: string,
): Promise<PaymentDocument | null> {
  return payments(context).findOne({ _id: paymentId, userId });
}
