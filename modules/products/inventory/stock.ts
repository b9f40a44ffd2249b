/**
 * Stock: all lines of an order are reserved or none, and come back once, many orders in one
 * transaction.
 *
 * A process changes the stock for orders in one batch after the other, so that its own transactions
 * never meet. Where two processes want the same product at the same time, MongoDB makes one of them
 * begin again; what a process leaves open that dies or stands still, MongoDB rolls back.
 */
import type { ClientSession, Collection } from 'mongodb';
import { groupCommit, isDuplicateKey, type ModuleContext } from '#host';
import { LISTED, type Catalogue } from '../catalogue/store.ts';
import { settingsOf } from '../settings.ts';
import { allocate, piecesOf, planRelease, type StockRequest } from './allocate.ts';
import {
  answerOf,
  findReservations,
  reservationsOf,
  type ReservationDocument,
} from './reservation.ts';

/** What stock is changed with. */
export interface Inventory extends Pick<
  ModuleContext,
  'transaction' | 'publish' | 'takePublished' | 'republish'
> {
  readonly catalogue: Catalogue;
  readonly reservations: Collection<ReservationDocument>;
  /** The stock at and below which it is reported as low. */
  readonly threshold: number;
}

export function openInventory(context: ModuleContext, catalogue: Catalogue): Inventory {
  const { db, transaction, publish, takePublished, republish } = context;
  const { LOW_STOCK_THRESHOLD: threshold } = settingsOf(context);
  const reservations = reservationsOf(db);
  return { catalogue, reservations, threshold, transaction, publish, takePublished, republish };
}

export interface Stock {
  /** Decides for each order whether it gets its products, and publishes the answers. */
  readonly reserve: (requests: readonly StockRequest[]) => Promise<void>;
  /** Puts into stock again what is reserved for these orders, or was sold to them. */
  readonly release: (orderIds: readonly string[]) => Promise<void>;
  /** Turns what is reserved for these orders into a sale, unless it is given back already. */
  readonly sell: (orderIds: readonly string[]) => Promise<void>;
}

/** An order that wants its products, or the id of one whose products come back. */
type Change = StockRequest | string;

export function createStock(inventory: Inventory): Stock {
  /** Does one change in company. Gives what is decided for an order that wants its products. */
  const queue = groupCommit<Change, ReservationDocument | undefined>(async (changes) => {
    const ended = changes.filter((change) => typeof change === 'string');
    const wanted = changes.filter((change) => typeof change !== 'string');
    if (ended.length > 0) await releaseAll(inventory, [...new Set(ended)]);
    const decided = await decideAll(inventory, wanted);
    return changes.map((change) =>
      typeof change === 'string' ? undefined : decided.get(change.orderId),
    );
  });
  return {
    async reserve(requests) {
      const decided = await Promise.all(requests.map(async (request) => (await queue(request))!));
      await inventory.publish('reservations', decided);
      await inventory.republish(
        decided.flatMap((reservation, i) => {
          const { again, cause } = requests[i]!;
          return again && !reservation.outbox ? [answerOf(reservation, cause)] : [];
        }),
      );
    },
    async release(orderIds) {
      await Promise.all(orderIds.map(queue));
    },
    sell: (orderIds) => sell(inventory, orderIds),
  };
}

async function sell(inventory: Inventory, orderIds: readonly string[]): Promise<void> {
  if (orderIds.length === 0) return;
  const { reservations } = inventory;
  const { matchedCount } = await reservations.updateMany(
    { _id: { $in: [...orderIds] }, end: { $exists: false } },
    { $set: { end: 'sold' }, ...clearingOf(inventory, orderIds) },
  );
  if (matchedCount === orderIds.length) return;
  // Some have ended already, or come before their order was placed, as far as is known here.
  await reservations.bulkWrite(
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

/** Decides for each order; of those that were decided on before, their `outbox` is left out. */
async function decideAll(
  inventory: Inventory,
  requests: readonly StockRequest[],
): Promise<Map<string, ReservationDocument>> {
  if (requests.length === 0) return new Map();
  const unique = [...new Map(requests.map((request) => [request.orderId, request])).values()];
  const asked = requests.some(({ again }) => again);
  const { decided, soldOut } = await transact(inventory, (session, retried) =>
    decide(inventory, unique, asked || retried, session),
  );
  await inventory.catalogue.cache.dropWritten(soldOut);
  return new Map(decided.map((reservation) => [reservation._id, reservation]));
}

/** An order is taken for a new one first, since it nearly always is: else its insert fails. */
async function decide(
  inventory: Inventory,
  requests: readonly StockRequest[],
  lookFirst: boolean,
  session: ClientSession,
) {
  const orderIds = requests.map(({ orderId }) => orderId);
  const known = lookFirst
    ? await findReservations(inventory.reservations, orderIds, session)
    : new Map<string, ReservationDocument>();
  const open = requests.filter(({ orderId }) => !known.get(orderId)?.decision);
  const stock = await readStock(inventory, open, session);
  const { decided, taken, soldOut } = allocate(open, stock, known, inventory.threshold);
  await moveStock(inventory, taken, -1, session);
  const fresh = decided.filter(({ _id }) => !known.has(_id));
  if (fresh.length > 0) await inventory.reservations.insertMany(fresh, { session });
  const ended = decided.filter(({ _id }) => known.has(_id));
  if (ended.length > 0)
    await inventory.reservations.bulkWrite(
      ended.map(({ _id, ...set }) => ({ updateOne: { filter: { _id }, update: { $set: set } } })),
      { session },
    );
  const earlier = [...known.values()].flatMap(({ _id, decision, missing = [] }) =>
    decision ? [{ _id, decision, missing }] : [],
  );
  return { soldOut, decided: [...decided, ...earlier] };
}

async function releaseAll(inventory: Inventory, orderIds: readonly string[]): Promise<void> {
  const cleared = clearingOf(inventory, orderIds);
  const backAgain = await transact(inventory, async (session) => {
    const known = await findReservations(inventory.reservations, orderIds, session);
    const { fresh, ending, pieces } = planRelease(orderIds, known);
    const end = 'released' as const;
    if (fresh.length > 0)
      await inventory.reservations.insertMany(
        fresh.map((_id) => ({ _id, end })),
        { session },
      );
    if (ending.length === 0) return [];
    await inventory.reservations.updateMany(
      { _id: { $in: ending } },
      { $set: { end }, ...cleared },
      { session },
    );
    const soldOut = await inventory.catalogue.products
      .find({ _id: { $in: [...pieces.keys()] }, stockQty: 0 }, { session, projection: { _id: 1 } })
      .toArray();
    await moveStock(inventory, pieces, 1, session);
    return soldOut.map(({ _id }) => _id);
  });
  await inventory.catalogue.cache.dropWritten(backAgain);
}

/** Takes the events away that Redis has, in a write that has to be made anyway. */
function clearingOf(inventory: Inventory, orderIds: readonly string[]) {
  const published = orderIds.flatMap((id) => inventory.takePublished('reservations', id));
  return { $pull: { outbox: { eventId: { $in: published } } } };
}

/**
 * Does the work in a transaction. A document that somebody has stored meanwhile makes it begin again
 * as a conflict does; `retried` says so.
 */
async function transact<T>(
  inventory: Inventory,
  work: (session: ClientSession, retried: boolean) => Promise<T>,
): Promise<T> {
  for (let retried = false; ; retried = true) {
    try {
      return await inventory.transaction((session) => work(session, retried));
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
}

/** What can be ordered of the products that the orders want. */
async function readStock(
  inventory: Inventory,
  requests: readonly StockRequest[],
  session: ClientSession,
): Promise<Map<string, number>> {
  const ids = [...piecesOf(requests.flatMap(({ lines }) => lines)).keys()];
  const found = await inventory.catalogue.products
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
  inventory: Inventory,
  pieces: ReadonlyMap<string, number>,
  sign: 1 | -1,
  session: ClientSession,
): Promise<void> {
  if (pieces.size === 0) return;
  // In one order for all, so that of two that want the same products one goes on.
  const sorted = [...pieces].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const { matchedCount } = await inventory.catalogue.products.bulkWrite(
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
