/** The history in MongoDB: one document an order, made of what events told. */
import type { Collection, Filter } from 'mongodb';
import type { ModuleContext } from '#host';
import type { Position } from './cursor.ts';
import type { Facts, HistoryDocument, Placed } from './history.ts';

/** An order is shown once it is known what was ordered, by whom and when. */
const LISTED = { 'placed.at': { $exists: true } };

export const historyIndexes = [
  {
    name: 'user',
    key: { 'placed.userId': 1, 'placed.at': -1, _id: -1 },
    partialFilterExpression: LISTED,
  },
  { name: 'placed', key: { 'placed.at': -1, _id: -1 }, partialFilterExpression: LISTED },
] as const;

export type ListedDocument = HistoryDocument & { placed: Placed };
export type HistoryCollection = Collection<HistoryDocument>;

/**
 * Stores a fact with each order. Of two of the same kind the earlier stands: MongoDB compares
 * documents field by field in their order, and a fact begins with its time and its event.
 */
export async function storeFacts<Name extends keyof Facts>(
  history: HistoryCollection,
  name: Name,
  facts: readonly { orderId: string; fact: NonNullable<Facts[Name]> }[],
): Promise<void> {
  await history.bulkWrite(
    facts.map(({ orderId, fact }) => ({
      updateOne: { filter: { _id: orderId }, update: { $min: { [name]: fact } }, upsert: true },
    })),
    { ordered: false },
  );
}

/** What is told of refunds, one by one. */
type OfRefunds = Required<Pick<HistoryDocument, 'refunds' | 'refundFailures'>>;

/** Stores a refund with each order, or that one failed: once, the earlier of two with the same id, in their order. */
export async function storeRefunds<Name extends keyof OfRefunds>(
  history: HistoryCollection,
  name: Name,
  refunds: readonly { orderId: string; told: OfRefunds[Name][number] }[],
): Promise<void> {
  const known = { $ifNull: [`$${name}`, []] };
  await history.bulkWrite(
    refunds.map(({ orderId, told }) => {
      const isSame = { $eq: ['$$this.refundId', { $literal: told.refundId }] };
      const same = { $filter: { input: known, cond: isSame } };
      const others = { $filter: { input: known, cond: { $not: [isSame] } } };
      const first = { $min: [{ $first: same }, { $literal: told }] };
      const input = { $concatArrays: [others, [first]] };
      const sorted = { $sortArray: { input, sortBy: { at: 1, eventId: 1 } } };
      return {
        updateOne: {
          filter: { _id: orderId },
          update: [{ $set: { [name]: sorted } }],
          upsert: true,
        },
      };
    }),
    { ordered: false },
  );
}

/** Puts another user in the place of one. */
export async function replaceUser(
  history: HistoryCollection,
  userId: string,
  other: string,
): Promise<void> {
  await history.updateMany(
    { ...LISTED, 'placed.userId': userId },
    { $set: { 'placed.userId': other } },
  );
}

/** What a list shows; without a user, the orders of all. */
export interface Listing {
  userId: string | undefined;
  after: Position | undefined;
  limit: number;
}

/** Orders, newest first, from behind the position on. */
export function listOrders(
  { readModel }: ModuleContext,
  { userId, after, limit }: Listing,
): Promise<ListedDocument[]> {
  const filter: Filter<HistoryDocument> = {
    ...LISTED,
    ...(userId !== undefined && { 'placed.userId': userId }),
    ...(after && {
      'placed.at': { $exists: true, $lte: after.at },
      $or: [
        { 'placed.at': { $lt: after.at } },
        { 'placed.at': after.at, _id: { $lt: after.orderId } },
      ],
    }),
  };
  return readModel.read((history: HistoryCollection) =>
    history.find<ListedDocument>(filter).sort({ 'placed.at': -1, _id: -1 }).limit(limit).toArray(),
  );
}

/** An order, if it is listed and, where a user is given, that user's. */
export function findOrder(
  { readModel }: ModuleContext,
  orderId: string,
  userId: string | undefined,
): Promise<ListedDocument | null> {
  return readModel.read((history: HistoryCollection) =>
    history.findOne<ListedDocument>({
      _id: orderId,
      ...LISTED,
      ...(userId !== undefined && { 'placed.userId': userId }),
    }),
  );
}
