/** Orders in MongoDB. */
import type { Collection, Document } from 'mongodb';
import { DomainError, isDuplicateKey, type ModuleContext } from '#host';
import type { OrderDocument } from './document.ts';
import { isOpen, STATUS, type OrderStatusCode } from './states.ts';

/** Orders that wait for a reply, in the words that the index of earlier versions has. */
export const OPEN = { orderStatusCode: { $gte: STATUS.created, $lt: STATUS.paid } };
/** Orders whose owner is to get the money back. */
export const REFUND_WANTED = { orderStatusCode: STATUS.paid, 'answers.cancel.paid': true };

/** How emails are compared when an operator searches. */
export const IGNORING_CASE = { locale: 'en', strength: 2 };

export const orderIndexes = [
  {
    name: 'waiting',
    key: { orderStatusCode: 1, since: 1 },
    partialFilterExpression: OPEN,
  },
  { name: 'updated', key: { updatedAt: 1 } },
  { name: 'user', key: { userId: 1, _id: 1 } },
  { name: 'number', key: { number: 1 } },
  {
    name: 'email',
    key: { 'contact.email': 1, _id: -1 },
    partialFilterExpression: { 'contact.email': { $exists: true } },
    collation: IGNORING_CASE,
  },
  // Each order is in one of them, from when it has ended or is paid; before, it is among those that wait.
  {
    name: 'paid',
    key: { orderStatusCode: 1, _id: 1 },
    partialFilterExpression: { orderStatusCode: { $gte: STATUS.paid } },
  },
  {
    name: 'ended-unpaid',
    key: { orderStatusCode: 1, _id: 1 },
    partialFilterExpression: { orderStatusCode: { $lt: STATUS.created } },
  },
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

/** Orders in memory at most. */
const REMEMBERED = 2000;

/** The orders of one process. */
export interface OrderStore {
  readonly orders: Collection<OrderDocument>;
  /** Open orders as this process has written them last. Another may have written them since. */
  readonly remembered: Map<string, OrderDocument>;
  readonly insert: ModuleContext['insert'];
  readonly publish: ModuleContext['publish'];
  readonly takePublished: ModuleContext['takePublished'];
}

export function openOrderStore({
  db,
  insert,
  publish,
  takePublished,
}: Pick<ModuleContext, 'db' | 'insert' | 'publish' | 'takePublished'>): OrderStore {
  const orders = db.collection<OrderDocument>('orders');
  return { orders, remembered: new Map(), insert, publish, takePublished };
}

function remember({ remembered }: OrderStore, order: OrderDocument): void {
  remembered.delete(order._id);
  if (!isOpen(order.orderStatusCode)) return;
  remembered.set(order._id, order);
  if (remembered.size > REMEMBERED) remembered.delete(remembered.keys().next().value!);
}

/** Stores a new order. Gives the one that is there already where the idempotency key was used before. */
export async function insertOrder(store: OrderStore, order: OrderDocument): Promise<OrderDocument> {
  try {
    await store.insert('orders', order);
    remember(store, order);
    return order;
  } catch (error) {
    if (!order.idempotency || !isDuplicateKey(error)) throw error;
    const earlier = await findByIdempotencyKey(store, order.userId, order.idempotency.key);
    if (!earlier) throw error;
    return earlier;
  }
}

/**
 * The order, if it is the user's, where one is given.
 *
 * @throws DomainError where there is none
 */
export async function requireOrder(
  store: OrderStore,
  orderId: string,
  userId: string | undefined,
): Promise<OrderDocument> {
  const order = await store.orders.findOne({
    _id: orderId,
    ...(userId !== undefined && { userId }),
  });
  if (order) return order;
  const there = userId === undefined ? 'There is' : 'You have';
  throw new DomainError('not-found', 'unknown-order', `${there} no order with this id.`);
}

/** The order that was placed with this idempotency key, if one was. */
export function findByIdempotencyKey(
  store: OrderStore,
  userId: string,
  key: string,
): Promise<OrderDocument | null> {
  return store.orders.findOne({ userId, 'idempotency.key': key });
}

/** The orders with these ids, as far as they are ours. */
export const findOrders = ({ orders }: OrderStore, orderIds: readonly string[]) =>
  orders.find({ _id: { $in: [...orderIds] } });

/** All orders, oldest first: their ids begin with the time. */
export const allOrders = ({ orders }: OrderStore) => orders.find().sort({ _id: 1 });

/** Orders that were changed since the given time. */
export const changedSince = ({ orders }: OrderStore, time: Date) =>
  orders.find({ updatedAt: { $gte: time } }).hint('updated');

/** Orders that wait for a reply of another module. */
export const openOrders = ({ orders }: OrderStore) => orders.find(OPEN).hint('waiting');

/** Orders that wait for a refund. */
export const refundsWanted = ({ orders }: OrderStore) =>
  orders.find(REFUND_WANTED).hint('refund-wanted');

/** Up to `limit` orders that have had a status since before the given time, the oldest first. */
export function findWaiting(
  store: OrderStore,
  orderStatusCode: OrderStatusCode,
  before: Date,
  limit: number,
): Promise<OrderDocument[]> {
  return store.orders
    .find({ orderStatusCode, since: { $lt: before } })
    .sort({ since: 1 })
    .limit(limit)
    .hint('waiting')
    .toArray();
}

/** An order as it is known, and as it is to be; the same object where nothing changes. */
export interface Decided {
  before: OrderDocument;
  after: OrderDocument;
}

/**
 * Writes changes, and publishes their events. A write counts only on the revision that it was
 * decided on. Gives, by their ids, the orders with which somebody was faster, as they are now.
 */
export async function commit(
  store: OrderStore,
  decided: readonly Decided[],
): Promise<Map<string, OrderDocument | undefined>> {
  const changes = decided.filter(({ before, after }) => before !== after);
  if (changes.length === 0) return new Map();
  const writes = changes.map((change) => writeOf(store, change));
  const { modifiedCount } = await store.orders.bulkWrite(
    writes.map(({ updateOne }) => ({ updateOne })),
    { ordered: false },
  );
  const found = modifiedCount === changes.length ? undefined : await findNow(store, changes);
  const lost = found ? lostOf(changes, found) : new Map<string, OrderDocument>();
  const written = writes.filter(({ stored }) => !lost.has(stored._id));
  // What is stored, where somebody else has stored the same reply: times and their order may differ.
  for (const { stored } of written) remember(store, found?.get(stored._id) ?? stored);
  await store.publish(
    'orders',
    written.map(({ stored: { _id }, events }) => ({ _id, outbox: events })),
  );
  return lost;
}

/** The write of a change. It takes away the events that are published by now, so that nobody else has to. */
function writeOf(store: OrderStore, { before, after }: Decided) {
  const { _id, answers, orderStatusCode, since, timeline, revision, updatedAt } = after;
  const fields = { answers, orderStatusCode, since, timeline, revision, updatedAt };
  const published = store.takePublished('orders', _id);
  const events = after.outbox.slice(before.outbox.length);
  const left = before.outbox.filter(({ eventId }) => !published.includes(eventId));
  const stored = { ...after, outbox: [...left, ...events] };
  const filter = { _id, revision: before.revision };
  if (left.length === 0)
    return {
      stored,
      events,
      updateOne: { filter, update: { $set: { ...fields, outbox: events } } },
    };
  // Some of them may be cleared, which the revision does not tell.
  const kept = {
    $filter: { input: '$outbox', cond: { $not: { $in: ['$$this.eventId', published] } } },
  };
  const outbox = { $concatArrays: [kept, { $literal: events }] };
  const update: Document[] = [
    { $replaceWith: { $mergeObjects: ['$$ROOT', { $literal: fields }, { outbox }] } },
  ];
  return { stored, events, updateOne: { filter, update } };
}

async function findNow(
  store: OrderStore,
  changes: readonly Decided[],
): Promise<Map<string, OrderDocument>> {
  const ids = changes.map(({ after }) => after._id);
  const found = await findOrders(store, ids).toArray();
  return new Map(found.map((order) => [order._id, order]));
}

/** A bulk write does not say which of its updates found their revision; the timelines do. */
function lostOf(
  changes: readonly Decided[],
  found: ReadonlyMap<string, OrderDocument>,
): Map<string, OrderDocument | undefined> {
  const lost = changes.filter(({ before, after }) => {
    const timeline = found.get(after._id)?.timeline ?? [];
    const own = after.timeline.slice(before.timeline.length);
    return !own.every((entry) => timeline.some(({ eventId }) => eventId === entry.eventId));
  });
  return new Map(lost.map(({ after: { _id } }) => [_id, found.get(_id)]));
}
