/**
 * Stock: all lines of an order are set aside or none, and come back once, many orders in one
 * transaction.
 *
 * A process changes the stock for orders in one batch after the other, so that its own transactions
 * never meet. Where two processes want the same product at the same time, MongoDB makes one of them
 * begin again; what a process leaves open that dies or stands still, MongoDB rolls back.
 */
import type { ClientSession } from 'mongodb';
import { groupCommit, isDuplicateKey, perContext, type ModuleContext } from '#host';
import { allocate, piecesOf, type StockRequest } from './allocate.ts';
import { dropWritten } from '../catalogue/cache.ts';
import { LISTED, productsOf } from '../catalogue/store.ts';
import {
  answerOf,
  findReservations,
  reservations,
  type ReservationDocument,
} from './reservation.ts';
import { settingsOf } from '../settings.ts';

/** An order that wants its products, or the id of one whose products come back. */
type Change = StockRequest | string;

/** Decides for each order whether it gets its products, and publishes the answers. */
export async function reserve(
  context: ModuleContext,
  requests: readonly StockRequest[],
): Promise<void> {
  const queue = queueOf(context);
  const decided = await Promise.all(requests.map(async (request) => (await queue(request))!));
  await context.publish('reservations', decided);
  await context.republish(
    decided.flatMap((reservation, i) => {
      const { again, cause } = requests[i]!;
      return again && !reservation.outbox ? [answerOf(reservation, cause)] : [];
    }),
  );
}

/** Puts into stock again what is set aside for these orders, or was sold to them. */
export async function release(context: ModuleContext, orderIds: readonly string[]): Promise<void> {
  await Promise.all(orderIds.map(queueOf(context)));
}

/** Turns what is set aside for these orders into a sale, unless it is given back already. */
export async function sell(context: ModuleContext, orderIds: readonly string[]): Promise<void> {
  if (orderIds.length === 0) return;
  const cleared = clearingOf(context, orderIds);
  const { matchedCount } = await reservations(context).updateMany(
    { _id: { $in: [...orderIds] }, end: { $exists: false } },
    { $set: { end: 'sold' }, ...cleared },
  );
  if (matchedCount === orderIds.length) return;
  // Some have ended already, or come before their order was placed, as far as is known here.
  await reservations(context).bulkWrite(
    orderIds.map((_id) => ({
      updateOne: {
        filter: { _id },
        update: [{ $set: { end: { $ifNull: ['$end', 'sold'] } } }],
        upsert: true,
      },
    })),
    { ordered: false },
  );
}

/** Does one change in company. Gives what is decided for an order that wants its products. */
const queueOf = perContext((context) =>
  groupCommit<Change, ReservationDocument | undefined>(async (changes) => {
    const ended = changes.filter((change) => typeof change === 'string');
    const wanted = changes.filter((change) => typeof change !== 'string');
    if (ended.length > 0) await releaseAll(context, [...new Set(ended)]);
    const decided = await decideAll(context, wanted);
    return changes.map((change) =>
      typeof change === 'string' ? undefined : decided.get(change.orderId),
    );
  }),
);

/** Decides for each order; of those that were decided on before, their `outbox` is left out. */
async function decideAll(
  context: ModuleContext,
  requests: readonly StockRequest[],
): Promise<Map<string, ReservationDocument>> {
  if (requests.length === 0) return new Map();
  const unique = [...new Map(requests.map((request) => [request.orderId, request])).values()];
  const asked = requests.some(({ again }) => again);
  const { decided, soldOut } = await transact(context, (session, retried) =>
    decide(context, unique, asked || retried, session),
  );
  await dropWritten(context, soldOut);
  return new Map(decided.map((reservation) => [reservation._id, reservation]));
}

/** An order is taken for a new one first, since it nearly always is: else its insert fails. */
async function decide(
  context: ModuleContext,
  requests: readonly StockRequest[],
  lookFirst: boolean,
  session: ClientSession,
) {
  const orderIds = requests.map(({ orderId }) => orderId);
  const known = lookFirst
    ? await findReservations(context, orderIds, session)
    : new Map<string, ReservationDocument>();
  const open = requests.filter(({ orderId }) => !known.get(orderId)?.decision);
  const stock = await readStock(context, open, session);
  const threshold = settingsOf(context).LOW_STOCK_THRESHOLD;
  const { decided, taken, soldOut } = allocate(open, stock, known, threshold);
  await moveStock(context, taken, -1, session);
  const fresh = decided.filter(({ _id }) => !known.has(_id));
  if (fresh.length > 0) await reservations(context).insertMany(fresh, { session });
  const ended = decided.filter(({ _id }) => known.has(_id));
  if (ended.length > 0)
    await reservations(context).bulkWrite(
      ended.map(({ _id, ...set }) => ({ updateOne: { filter: { _id }, update: { $set: set } } })),
      { session },
    );
  const earlier = [...known.values()].flatMap(({ _id, decision, missing = [] }) =>
    decision ? [{ _id, decision, missing }] : [],
  );
  return { soldOut, decided: [...decided, ...earlier] };
}

async function releaseAll(context: ModuleContext, orderIds: readonly string[]): Promise<void> {
  const cleared = clearingOf(context, orderIds);
  const backAgain = await transact(context, async (session) => {
    const known = await findReservations(context, orderIds, session);
    const ending = orderIds.filter((orderId) => known.get(orderId)?.end !== 'released');
    const unknown = ending.filter((orderId) => !known.has(orderId));
    const end = 'released' as const;
    if (unknown.length > 0)
      await reservations(context).insertMany(
        unknown.map((_id) => ({ _id, end })),
        { session },
      );
    if (unknown.length === ending.length) return [];
    await reservations(context).updateMany(
      { _id: { $in: ending } },
      { $set: { end }, ...cleared },
      { session },
    );
    const given = ending
      .map((orderId) => known.get(orderId))
      .filter((reservation) => reservation?.decision === 'reserved');
    const pieces = piecesOf(given.flatMap((reservation) => reservation?.lines ?? []));
    const soldOut = await productsOf(context.db)
      .find({ _id: { $in: [...pieces.keys()] }, stockQty: 0 }, { session, projection: { _id: 1 } })
      .toArray();
    await moveStock(context, pieces, 1, session);
    return soldOut.map(({ _id }) => _id);
  });
  await dropWritten(context, backAgain);
}

/** Takes the events away that Redis has, in a write that has to be made anyway. */
function clearingOf(context: ModuleContext, orderIds: readonly string[]) {
  const published = orderIds.flatMap((id) => context.takePublished('reservations', id));
  return { $pull: { outbox: { eventId: { $in: published } } } };
}

/**
 * Does the work in a transaction. A document that somebody has stored meanwhile makes it begin again
 * as a conflict does; `retried` says so.
 */
async function transact<T>(
  context: ModuleContext,
  work: (session: ClientSession, retried: boolean) => Promise<T>,
): Promise<T> {
  for (let retried = false; ; retried = true) {
    try {
      return await context.transaction((session) => work(session, retried));
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
}

/** What can be ordered of the products that the orders want. */
async function readStock(
  context: ModuleContext,
  requests: readonly StockRequest[],
  session: ClientSession,
): Promise<Map<string, number>> {
  const ids = [...piecesOf(requests.flatMap(({ lines }) => lines)).keys()];
  const found = await productsOf(context.db)
    .find({ _id: { $in: ids }, ...LISTED }, { session, projection: { stockQty: 1 } })
    .batchSize(ids.length + 1)
    .toArray();
  return new Map(found.map(({ _id, stockQty }) => [_id, stockQty]));
}

/**
 * Takes pieces out of stock or gives them back.
 *
 * @throws Error where a stock would fall below zero, which the snapshot of the transaction rules out
 */
async function moveStock(
  context: ModuleContext,
  pieces: ReadonlyMap<string, number>,
  sign: 1 | -1,
  session: ClientSession,
): Promise<void> {
  if (pieces.size === 0) return;
  // In one order for all, so that of two that want the same products one goes on.
  const sorted = [...pieces].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const { matchedCount } = await productsOf(context.db).bulkWrite(
    sorted.map(([_id, quantity]) => {
      const change = sign * quantity;
      return {
        updateOne: {
          filter: { _id, stockQty: { $gte: -change } },
          update: { $inc: { stockQty: change, takenQty: -change } },
        },
      };
    }),
    { session },
  );
  if (sign < 0 && matchedCount !== pieces.size)
    throw new Error('a stock would have fallen below zero');
}
