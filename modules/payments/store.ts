/** Payments in MongoDB: how they are found and written. */
import type { FastifyBaseLogger } from 'fastify';
import {
  ObjectId,
  type Collection,
  type Filter,
  type FindCursor,
  type IndexDescription,
  type UpdateFilter,
  type WithId,
} from 'mongodb';
import { createdBetween, isDuplicateKey, type ModuleContext, type OutboxRecord } from '#host';
import type { PaymentDocument, Status } from './document.ts';
import { nextAction, TERMINAL } from './payment.ts';

/** Holds for payments, and not for tombstones: see {@link blockPayments}. */
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

/** The payments of one process. */
export interface PaymentStore {
  readonly payments: Collection<PaymentDocument>;
  /** The reports of providers that were handled. An id is that of the provider, with its name before. */
  readonly webhooks: Collection<{ _id: string; handledAt: Date }>;
  readonly publish: ModuleContext['publish'];
}

export function openPaymentStore({
  db,
  publish,
}: Pick<ModuleContext, 'db' | 'publish'>): PaymentStore {
  return { payments: db.collection('payments'), webhooks: db.collection('webhooks'), publish };
}

export const newId = (): string => new ObjectId().toHexString();

/** Stores new payments. Gives those of their orders, new and earlier, and tombstones among them. */
export async function insertPayments(
  store: PaymentStore,
  wanted: PaymentDocument[],
): Promise<PaymentDocument[]> {
  try {
    await store.payments.insertMany(wanted, { ordered: false });
    return wanted;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  return findOfOrders(
    store,
    wanted.map(({ orderId }) => orderId),
  );
}

/**
 * Leaves a tombstone for each order without a payment, which is never to be paid then; they lie among
 * the payments, for one index. Gives what stands for the orders after.
 */
export async function blockPayments(
  store: PaymentStore,
  orderIds: readonly string[],
): Promise<PaymentDocument[]> {
  const found = await findOfOrders(store, orderIds);
  const known = new Set(found.map(({ orderId }) => orderId));
  const tombstones = orderIds
    .filter((orderId) => !known.has(orderId))
    .map((orderId) => ({ _id: newId(), orderId, status: 'cancelled', revision: 1 }));
  if (tombstones.length === 0) return found;
  return [...found, ...(await insertPayments(store, tombstones as PaymentDocument[]))];
}

/** What stands for these orders: their payments, and tombstones of those that must not be paid. */
function findOfOrders(
  store: PaymentStore,
  orderIds: readonly string[],
): Promise<PaymentDocument[]> {
  return store.payments.find({ orderId: { $in: [...orderIds] } }).toArray();
}

/** The payment that fits, if there is one. */
export function findPayment(
  store: PaymentStore,
  filter: Partial<Pick<PaymentDocument, '_id' | 'orderId' | 'userId' | 'reference' | 'provider'>>,
): Promise<PaymentDocument | null> {
  return store.payments.findOne({ ...filter, ...IS_PAYMENT });
}

/** Which payments are listed. */
export interface Which {
  status?: Status | undefined;
  /** What the ids begin with. */
  search?: string | undefined;
  orderId?: string | undefined;
  userId?: string | undefined;
  /** When they were begun: from one time on, before another, by ISO 8601. */
  from?: string | undefined;
  to?: string | undefined;
}

/**
 * Payments, the newest first: their ids begin with the time, so that each index which ends with them is in the
 * order of the list. `after` is the last payment of the page before.
 */
export function findPayments(
  store: PaymentStore,
  { status, search, orderId, userId, from, to }: Which,
  after?: string,
): FindCursor<WithId<PaymentDocument>> {
  const filter: Filter<PaymentDocument> = {
    ...IS_PAYMENT,
    ...(orderId !== undefined && { orderId }),
    ...(userId !== undefined && { userId }),
    // In words that an index knows.
    ...(status && { status, ...(TERMINAL.includes(status) ? HAS_ENDED : IS_OPEN) }),
    $and: [
      createdBetween(from, to),
      // Ids are hexadecimal: all that begin so are before one with a `g` there.
      ...(search === undefined ? [] : [{ _id: { $gte: search, $lt: `${search}g` } }]),
      ...(after === undefined ? [] : [{ _id: { $lt: after } }]),
    ],
  };
  return store.payments.find(filter).sort({ _id: -1 });
}

/** Payments that have ended and were changed since a time, in ms since the epoch. */
export function endedSince(store: PaymentStore, since: number): AsyncIterable<PaymentDocument> {
  return store.payments
    .find({ ...HAS_ENDED, updatedAt: { $gte: new Date(since) } })
    .sort({ updatedAt: 1 });
}

/** A payment as it was read and as it is to be, with the events that report it. */
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
  store: PaymentStore,
  changes: readonly Change[],
  nextAt: Date,
): Promise<boolean> {
  const { modifiedCount } = await store.payments.bulkWrite(
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

/** What events change of a payment. */
const CHANGING = ['status', 'reference', 'action', 'undo', 'ended', 'refunds'] as const;

function updateOf({ from, to, outbox }: Change, nextAt: Date): UpdateFilter<PaymentDocument> {
  const changed = CHANGING.filter((name) => from[name] !== to[name]);
  const open = nextAction(to) !== undefined;
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
  store: PaymentStore,
  provider: string,
  limit: number,
): Promise<PaymentDocument[]> {
  return store.payments
    .find({ nextAt: { $lte: new Date() }, provider })
    .sort({ nextAt: 1 })
    .limit(limit)
    .toArray();
}

/** Puts the next question off, unless another process was faster; gives the payment as it is then. */
export function claim(
  store: PaymentStore,
  { _id, nextAt }: PaymentDocument,
  until: Date,
): Promise<PaymentDocument | null> {
  return store.payments.findOneAndUpdate(
    { _id, ...(nextAt && { nextAt }) },
    { $set: { nextAt: until }, $inc: { attempts: 1 } },
    { returnDocument: 'after' },
  );
}

/**
 * Lets payments that an earlier Millrace has stored, from before they had revisions, go on from where they
 * were: what is open is asked for again at once.
 */
export async function migratePayments(
  { payments }: PaymentStore,
  log: FastifyBaseLogger,
): Promise<void> {
  const old = { revision: { $exists: false } };
  const ended = await payments.updateMany({ ...old, status: { $in: ['processed', 'failed'] } }, [
    { $set: { revision: 1, ended: { at: '$updatedAt', reason: '$reason' } } },
  ]);
  const open = await payments.updateMany({ ...old, status: 'initiated' }, [
    { $set: { revision: 1, nextAt: '$$NOW' } },
  ]);
  const count = ended.modifiedCount + open.modifiedCount;
  if (count > 0) log.info({ payments: count }, 'payments of an earlier version were upgraded');
}
