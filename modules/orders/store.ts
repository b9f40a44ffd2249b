/** Orders in MongoDB. */
import type { Collection } from 'mongodb';
import { isDuplicateKey, type Event, type ModuleContext, type OutboxRecord } from '#host';
import { standing, STATUS, withAnswer, type Answers, type OrderDocument } from './order.ts';

/** Orders that are published again at a time. */
const BATCH = 500;

/** Orders that have not ended. */
const OPEN = { orderStatusCode: { $gte: STATUS.created, $lt: STATUS.paid } };

export const orderIndexes = [
  {
    name: 'open',
    key: { orderStatusCode: 1 },
    partialFilterExpression: OPEN,
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
    await orders(context).insertOne(order);
    return order;
  } catch (error) {
    if (!order.idempotency || !isDuplicateKey(error)) throw error;
    const earlier = await orders(context).findOne({
      userId: order.userId,
      'idempotency.key': order.idempotency.key,
    });
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

/** Publishes again where every order stands that has not ended, so that nobody's answer is missing. */
export async function askAgain(context: ModuleContext): Promise<void> {
  await republish(context, orders(context).find(OPEN).hint('open'), true);
}

/** Publishes again where these orders stand, for somebody who has missed it. */
export async function tellAgain(
  context: ModuleContext,
  orderIds: readonly string[],
): Promise<void> {
  await republish(context, orders(context).find({ _id: { $in: [...orderIds] } }), false);
}

async function republish(
  context: ModuleContext,
  found: AsyncIterable<OrderDocument>,
  again: boolean,
): Promise<void> {
  let events: OutboxRecord[] = [];
  for await (const order of found) {
    events.push(standing(order, again));
    if (events.length < BATCH) continue;
    await context.republish(events);
    events = [];
  }
  await context.republish(events);
}

/**
 * Stores an answer with each of its orders and publishes what follows from it. Orders that are not
 * ours (the tutorial's own) are passed over. A write counts only on the revision that it was
 * decided on; an order that somebody else was faster with is decided again.
 */
export async function storeAnswers<E extends Event<{ orderId: string }>>(
  context: ModuleContext,
  events: readonly E[],
  answerOf: (event: E) => Answers,
): Promise<void> {
  const open = new Map(events.map((event) => [event.data.orderId, event]));
  while (open.size > 0) {
    const found = await read(context, [...open.keys()]);
    const changes = found.flatMap((order) => {
      const event = open.get(order._id)!;
      const change = withAnswer(order, answerOf(event), event);
      return change ? [{ order, change }] : [];
    });
    if (changes.length === 0) return;
    const written = await write(context, changes);
    await context.publish('orders', written);
    open.clear();
    const done = new Set(written.map(({ _id }) => _id));
    for (const { order } of changes) {
      if (!done.has(order._id))
        open.set(
          order._id,
          events.find(({ data }) => data.orderId === order._id)!,
        );
    }
  }
}

interface Change {
  order: OrderDocument;
  change: NonNullable<ReturnType<typeof withAnswer>>;
}

function read(context: ModuleContext, orderIds: string[]): Promise<OrderDocument[]> {
  return orders(context)
    .find({ _id: { $in: orderIds } })
    .toArray();
}

/** Writes changes. Gives the orders that were written, each with its new events alone. */
async function write(
  context: ModuleContext,
  changes: readonly Change[],
): Promise<Pick<OrderDocument, '_id' | 'outbox'>[]> {
  const { modifiedCount } = await orders(context).bulkWrite(
    changes.map(({ order: { _id, revision }, change: { outbox, ...fields } }) => ({
      updateOne: {
        filter: { _id, revision },
        update: {
          $set: { ...fields, revision: revision + 1, updatedAt: new Date() },
          $push: { outbox: { $each: outbox } },
        },
      },
    })),
    { ordered: false },
  );
  const all = changes.map(({ order: { _id }, change: { outbox } }) => ({ _id, outbox }));
  if (modifiedCount === changes.length) return all;
  // A bulk write does not say which of its updates found their revision; the events in the outbox do.
  const now = new Map(
    (
      await read(
        context,
        all.map(({ _id }) => _id),
      )
    ).map((order) => [order._id, order.outbox]),
  );
  return all.filter(({ _id, outbox }) =>
    outbox.every(({ eventId }) => now.get(_id)?.some((event) => event.eventId === eventId)),
  );
}
