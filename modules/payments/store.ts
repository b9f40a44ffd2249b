/** Payments in MongoDB: how they are found and written. */
import {
  ObjectId,
  type Collection,
  type Filter,
  type IndexDescription,
  type UpdateFilter,
} from 'mongodb';
import { isDuplicateKey, type ModuleContext, type OutboxRecord } from '#host';
import { ENDS, questionOf, type PaymentDocument, type Status } from './payment.ts';

/** Holds for payments, and not for marks: see {@link forbid}. */
const IS_PAYMENT = { amount: { $exists: true } };

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

export const payments = ({ db }: ModuleContext): Collection<PaymentDocument> =>
  db.collection<PaymentDocument>('payments');

export const newId = (): string => new ObjectId().toHexString();

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

/**
 * Marks orders without a payment as never to be paid; the marks lie among the payments, for one index.
 * Gives what stands for the orders then.
 */
export async function forbid(
  context: ModuleContext,
  orderIds: readonly string[],
): Promise<PaymentDocument[]> {
  const found = await findOfOrders(context, orderIds);
  const known = new Set(found.map(({ orderId }) => orderId));
  const marks = orderIds
    .filter((orderId) => !known.has(orderId))
    .map((orderId) => ({ _id: newId(), orderId, status: 'cancelled', revision: 1 }));
  if (marks.length === 0) return found;
  return [...found, ...(await insertPayments(context, marks as PaymentDocument[]))];
}

/** What stands for these orders: their payments, and marks of those that must not be paid. */
function findOfOrders(
  context: ModuleContext,
  orderIds: readonly string[],
): Promise<PaymentDocument[]> {
  return payments(context)
    .find({ orderId: { $in: [...orderIds] } })
    .toArray();
}

/** The payment that fits, if there is one. */
export function findPayment(
  context: ModuleContext,
  filter: Partial<Pick<PaymentDocument, '_id' | 'orderId' | 'userId' | 'reference' | 'provider'>>,
): Promise<PaymentDocument | null> {
  return payments(context).findOne({ ...filter, ...IS_PAYMENT });
}

export interface PageQuery {
  status?: Status | undefined;
  limit: number;
  /** The last payment of the page before. */
  after?: string | undefined;
}

/** Payments, the newest first: their ids begin with the time. */
export function listPayments(
  context: ModuleContext,
  { status, limit, after }: PageQuery,
): Promise<PaymentDocument[]> {
  const filter: Filter<PaymentDocument> = {
    ...IS_PAYMENT,
    // In words that an index knows.
    ...(status && { status, ...(ENDS.includes(status) ? HAS_ENDED : IS_OPEN) }),
    ...(after && { _id: { $lt: after } }),
  };
  return payments(context).find(filter).sort({ _id: -1 }).limit(limit).toArray();
}

/** Payments that have ended and were changed since a time, in ms since the epoch. */
export function endedSince(context: ModuleContext, since: number): AsyncIterable<PaymentDocument> {
  return payments(context)
    .find({ ...HAS_ENDED, updatedAt: { $gte: new Date(since) } })
    .sort({ updatedAt: 1 });
}

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
