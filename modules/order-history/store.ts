/** The history in MongoDB: one document an order, made of what events report. */
import type { Collection, Document, Filter, UpdateFilter } from 'mongodb';
import type { ReadModel } from '#host';
import type { Position } from './cursor.ts';
import type { HistoryDocument, Placed, Refund, RefundFailure } from './history.ts';

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

type Fields = Required<Omit<HistoryDocument, '_id'>>;
type OfRefunds = 'refunds' | 'refundFailures';

/** What is reported of an order, and its name in the document; of refunds there are several. */
export type Stored = {
  [Name in keyof Fields]: {
    orderId: string;
    name: Name;
    fact: Name extends OfRefunds ? Fields[Name][number] : Fields[Name];
  };
}[keyof Fields];

type Update = { orderId: string; update: UpdateFilter<HistoryDocument> | Document[] };

/**
 * Stores what is reported of orders, each by one update, refunds and what comes twice by another. Of two
 * facts of the same kind the earlier stands: MongoDB compares documents field by field in their order,
 * and a fact begins with its time and its event.
 */
export async function storeFacts(
  history: HistoryCollection,
  stored: readonly Stored[],
): Promise<void> {
  const updates: Update[] = [];
  const open = new Map<string, Record<string, unknown>>();
  for (const { orderId, name, fact } of stored) {
    if (name === 'refunds' || name === 'refundFailures') {
      updates.push({ orderId, update: withRefund(name, fact) });
      continue;
    }
    let facts = open.get(orderId);
    if (!facts || name in facts) {
      open.set(orderId, (facts = {}));
      updates.push({ orderId, update: { $min: facts } });
    }
    facts[name] = fact;
  }
  await history.bulkWrite(
    updates.map(({ orderId, update }) => ({
      updateOne: { filter: { _id: orderId }, update, upsert: true },
    })),
    { ordered: false },
  );
}

/** Adds a refund, or that one failed: once, the earlier of two with the same id, in their order. */
function withRefund(name: OfRefunds, fact: Refund | RefundFailure): Document[] {
  const known = { $ifNull: [`$${name}`, []] };
  const isSame = { $eq: ['$$this.refundId', { $literal: fact.refundId }] };
  const same = { $filter: { input: known, cond: isSame } };
  const others = { $filter: { input: known, cond: { $not: [isSame] } } };
  const first = { $min: [{ $first: same }, { $literal: fact }] };
  const input = { $concatArrays: [others, [first]] };
  return [{ $set: { [name]: { $sortArray: { input, sortBy: { at: 1, eventId: 1 } } } } }];
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
  readModel: ReadModel,
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
  readModel: ReadModel,
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
