/** Payments in MongoDB: how they are written. */
import { ObjectId, type Collection, type IndexDescription, type UpdateFilter } from 'mongodb';
import { isDuplicateKey, type ModuleContext, type OutboxRecord } from '#host';
import { questionOf, type PaymentDocument } from './payment.ts';

/** Holds for payments, and not for the mark of an order that must not be paid. */
export const IS_PAYMENT = { amount: { $exists: true } };

export const paymentIndexes: IndexDescription[] = [
  // One payment for each order, whatever is delivered how often.
  { name: 'order', key: { orderId: 1 }, unique: true },
  { name: 'due', key: { nextAt: 1 }, partialFilterExpression: { nextAt: { $exists: true } } },
  { name: 'status', key: { status: 1, _id: -1 }, partialFilterExpression: IS_PAYMENT },
  { name: 'ended', key: { updatedAt: 1 }, partialFilterExpression: { ended: { $exists: true } } },
];

export const payments = ({ db }: ModuleContext): Collection<PaymentDocument> =>
  db.collection<PaymentDocument>('payments');

/** Writes new payments down. Gives those of their orders that are to be asked for, new and earlier. */
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

/** Stands in the place of the payment of an order that ended before it came to one. */
interface Mark {
  _id: string;
  orderId: string;
  status: 'cancelled';
  revision: number;
}

/** Marks orders without a payment as never to be paid. Gives the payments of the others. */
export async function forbid(
  context: ModuleContext,
  orderIds: readonly string[],
): Promise<PaymentDocument[]> {
  const found = await findOfOrders(context, orderIds);
  const known = new Set(found.map(({ orderId }) => orderId));
  const marks = orderIds
    .filter((orderId) => !known.has(orderId))
    .map((orderId): Mark => ({ _id: newId(), orderId, status: 'cancelled', revision: 1 }));
  if (marks.length === 0) return found;
  try {
    await context.db.collection<Mark>('payments').insertMany(marks, { ordered: false });
    return found;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  return findOfOrders(context, orderIds);
}

function findOfOrders(
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
