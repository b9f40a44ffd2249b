/** Orders in MongoDB. */
import type { Collection, FindCursor } from 'mongodb';
import { isDuplicateKey, type ModuleContext } from '#host';
import type { Change, OrderDocument } from './order.ts';
import { STATUS, type OrderStatusCode } from './status.ts';

/** Orders that have not ended. */
const OPEN = { orderStatusCode: { $gte: STATUS.created, $lt: STATUS.paid } };
/** Orders whose owner is to get the money back. */
export const REFUND_WANTED = { orderStatusCode: STATUS.paid, 'answers.cancel.paid': true };

export const orderIndexes = [
  {
    name: 'waiting',
    key: { orderStatusCode: 1, since: 1 },
    partialFilterExpression: OPEN,
  },
  { name: 'updated', key: { updatedAt: 1 } },
  { name: 'user', key: { userId: 1, _id: 1 } },
  {
    name: 'refund-wanted',
    key: { orderStatusCode: 1 },
    partialFilterExpression: REFUND_WANTED,
  },
  {
    name: 'idempotency',
    key: { userId: 1, 'idempotency.key': 1 },
    unique: true,
    partialFilterExpression: { 'idempotency.key': { $exists: true } },
  },
];

export function orders({ db }: ModuleContext): Collection<OrderDocument> {
  return db.collection<OrderDocument>('orders');
}

/** Stores a new order. Gives the one that is there already where the idempotency key was used before. */
export async function insertOrder(
  context: ModuleContext,
  order: OrderDocument,
): Promise<OrderDocument> {
  try {
    await context.insert('orders', order);
    return order;
  } catch (error) {
    if (!order.idempotency || !isDuplicateKey(error)) throw error;
    const earlier = await findByIdempotencyKey(context, order.userId, order.idempotency.key);
    if (!earlier) throw error;
    return earlier;
  }
}

/** The order, if it is the user's. */
export function findOrder(
  context: ModuleContext,
  orderId: string,
  userId: string,
): Promise<OrderDocument | null> {
  return orders(context).findOne({ _id: orderId, userId });
}

/** The order that was placed with this idempotency key, if one was. */
export function findByIdempotencyKey(
  context: ModuleContext,
  userId: string,
  key: string,
): Promise<OrderDocument | null> {
  return orders(context).findOne({ userId, 'idempotency.key': key });
}

/** The orders with these ids, as far as they are ours. */
export function findOrders(
  context: ModuleContext,
  orderIds: readonly string[],
): FindCursor<OrderDocument> {
  return orders(context).find({ _id: { $in: [...orderIds] } });
}

/** All orders, oldest first: their ids begin with the time. */
export function allOrders(context: ModuleContext): FindCursor<OrderDocument> {
  return orders(context).find().sort({ _id: 1 });
}

/** Orders that were changed since the given time. */
export function changedSince(context: ModuleContext, time: Date): FindCursor<OrderDocument> {
  return orders(context)
    .find({ updatedAt: { $gte: time } })
    .hint('updated');
}

/** Orders that wait for an answer of another module. */
export function openOrders(context: ModuleContext): FindCursor<OrderDocument> {
  return orders(context).find(OPEN).hint('waiting');
}

/** Orders that wait for a refund. */
export function refundsWanted(context: ModuleContext): FindCursor<OrderDocument> {
  return orders(context).find(REFUND_WANTED).hint('refund-wanted');
}

/** Up to `limit` orders that have had a status since before the given time, the oldest first. */
export function findWaiting(
  context: ModuleContext,
  orderStatusCode: OrderStatusCode,
  before: Date,
  limit: number,
): Promise<OrderDocument[]> {
  return orders(context)
    .find({ orderStatusCode, since: { $lt: before } })
    .sort({ since: 1 })
    .limit(limit)
    .hint('waiting')
    .toArray();
}

/** An order with what is to change of it. */
export interface Decided {
  order: OrderDocument;
  change: Change;
}

/**
 * Writes changes, and publishes what they tell. A write counts only on the revision that it was
 * decided on. Gives the ids of the orders that were written; with the others somebody was faster.
 */
export async function commit(
  context: ModuleContext,
  decided: readonly Decided[],
): Promise<Set<string>> {
  if (decided.length === 0) return new Set();
  const { modifiedCount } = await orders(context).bulkWrite(
    decided.map(({ order: { _id, revision }, change: { outbox, timeline, ...fields } }) => ({
      updateOne: {
        filter: { _id, revision },
        update: {
          $set: { ...fields, revision: revision + 1, updatedAt: new Date() },
          $push: { outbox: { $each: outbox }, timeline: { $each: timeline } },
        },
      },
    })),
    { ordered: false },
  );
  const written = modifiedCount === decided.length ? decided : await ownOf(context, decided);
  await context.publish(
    'orders',
    written.map(({ order: { _id }, change: { outbox } }) => ({ _id, outbox })),
  );
  return new Set(written.map(({ order }) => order._id));
}

/** A bulk write does not say which of its updates found their revision; the timelines do. */
async function ownOf(
  context: ModuleContext,
  decided: readonly Decided[],
): Promise<readonly Decided[]> {
  const found = await findOrders(
    context,
    decided.map(({ order }) => order._id),
  ).toArray();
  const known = new Map(
    found.map(({ _id, timeline }) => [_id, new Set(timeline.map(({ eventId }) => eventId))]),
  );
  return decided.filter(({ order, change }) =>
    change.timeline.every(({ eventId }) => known.get(order._id)?.has(eventId)),
  );
}
