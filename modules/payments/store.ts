/** Payments in MongoDB: how they are written. */
import { ObjectId, type Collection, type IndexDescription, type UpdateFilter } from 'mongodb';
import { isDuplicateKey, type ModuleContext, type OutboxRecord } from '#host';
import { ENDS, questionOf, type PaymentDocument, type Status } from './payment.ts';

/** Holds for payments, and not for the mark of an order that must not be paid. */
export const IS_PAYMENT = { amount: { $exists: true } };

const IS_OPEN = { nextAt: { $exists: true } };
const HAS_ENDED = { ended: { $exists: true } };

export const paymentIndexes: IndexDescription[] = [
  // One payment for each order, whatever is delivered how often.
  { name: 'order', key: { orderId: 1 }, unique: true },
  {
    name: 'reference',
    key: { reference: 1 },
    partialFilterExpression: { reference: { $exists: true } },
  },
  { name: 'user', key: { userId: 1, _id: 1 } },
  { name: 'due', key: { nextAt: 1 }, partialFilterExpression: IS_OPEN },
  { name: 'status', key: { status: 1, _id: -1 }, partialFilterExpression: HAS_ENDED },
  { name: 'ended', key: { updatedAt: 1 }, partialFilterExpression: HAS_ENDED },
];

/** Holds for the payments of a status, in words that an index knows. */
export const ofStatus = (status: Status) => ({
  status,
  ...(ENDS.includes(status) ? HAS_ENDED : IS_OPEN),
});

export const payments = ({ db }: ModuleContext): Collection<PaymentDocument> =>
  db.collection<PaymentDocument>('payments');

/** Stores new payments. Gives those of their orders, new and earlier, and marks among them. */
export async function insertPayments(
  context: ModuleContext,
  wanted: PaymentDocument[],
): Promise<PaymentDocument[]> {
  try {
    await payments(context).insertMany(wanted, { ordered: false });
    return wanted;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  return findOfOrders(
    context,
    wanted.map(({ orderId }) => orderId),
  );
}

/** What stands for these orders: their payments, and marks of those that must not be paid. */
export function findOfOrders(
  context: ModuleContext,
  orderIds: readonly string[],
): Promise<PaymentDocument[]> {
  return payments(context)
    .find({ orderId: { $in: [...orderIds] } })
    .toArray();
}

export const newId = (): string => new ObjectId().toHexString();

/** A payment as it was read and as it is to be, with the events that tell of it. */
export interface Change {
  from: PaymentDocument;
  to: PaymentDocument;
  outbox: OutboxRecord[];
}

/**
 * Writes changes, each with its events, where the payment is still at the revision that it was
 * decided on. Gives whether all were written. While something is open, `nextAt` says when to ask.
 */
export async function write(
  context: ModuleContext,
  changes: readonly Change[],
  nextAt: Date,
): Promise<boolean> {
  const { modifiedCount } = await payments(context).bulkWrite(
    changes.map((change) => ({
      updateOne: {
        filter: { _id: change.from._id, revision: change.from.revision },
        update: updateOf(change, nextAt),
      },
    })),
    { ordered: false },
  );
  return modifiedCount === changes.length;
}

/** What facts change of a payment. */
const CHANGING = ['status', 'reference', 'action', 'undo', 'ended', 'refunds'] as const;

function updateOf({ from, to, outbox }: Change, nextAt: Date): UpdateFilter<PaymentDocument> {
  const changed = CHANGING.filter((name) => from[name] !== to[name]);
  const open = questionOf(to) !== undefined;
  const gone = [
    ...changed.filter((name) => to[name] === undefined),
    ...(open ? [] : ['nextAt']),
    ...(from.attempts === undefined ? [] : ['attempts']),
  ];
  return {
    $set: {
      ...Object.fromEntries(changed.map((name) => [name, to[name]])),
      revision: to.revision,
      updatedAt: to.updatedAt,
      ...(open && { nextAt }),
    },
    ...(gone.length > 0 && { $unset: Object.fromEntries(gone.map((name) => [name, ''])) }),
    ...(outbox.length > 0 && { $push: { outbox: { $each: outbox } } }),
  };
}

/** Payments whose provider is to be asked by now, those that wait longest first. */
export function findDue(
  context: ModuleContext,
  provider: string,
  limit: number,
): Promise<PaymentDocument[]> {
  return payments(context)
    .find({ nextAt: { $lte: new Date() }, provider })
    .sort({ nextAt: 1 })
    .limit(limit)
    .toArray();
}

/** Puts the next question off, unless another process was faster; gives the payment as it is then. */
export function claim(
  context: ModuleContext,
  { _id, nextAt }: PaymentDocument,
  until: Date,
): Promise<PaymentDocument | null> {
  return payments(context).findOneAndUpdate(
    { _id, ...(nextAt && { nextAt }) },
    { $set: { nextAt: until }, $inc: { attempts: 1 } },
    { returnDocument: 'after' },
  );
}
