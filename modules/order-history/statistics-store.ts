/** Sums over the orders of some days, made by MongoDB from the index of the times. */
import { MongoServerError, type Db, type Document } from 'mongodb';
import { DomainError, type ReadModel } from '#host';
import { DAY_MS, toText, type Days } from './days.ts';
import type { HistoryCollection } from './store.ts';

/** The code of MongoDB's error about a time zone that it does not know. */
const UNKNOWN_ZONE = 40_485;

/** Orders that were placed on a day, and what has become of them since. */
export interface DaySums {
  /** The day, YYYY-MM-DD. */
  _id: string;
  orders: number;
  acceptedOrders: number;
  paidOrders: number;
  rejectedOrders: number;
  failedOrders: number;
  cancelledOrders: number;
  refundedOrders: number;
  paid: number;
  refunded: number;
}

/** What was sold under one name, on a day or, where `day` is null, on all of them. */
export interface Sold {
  day: string | null;
  value: string;
  /** Only of products. */
  name?: string;
  pieces: number;
  amount: number;
}

export interface TopSellers {
  products: Sold[];
  brands: Sold[];
  categories: Sold[];
}

/** Most pieces first; of as many, the larger amount; then by name, so that the order is settled. */
const BEST = { pieces: -1, amount: -1, value: 1 } as const;

const FAILURES = { $ifNull: ['$refundFailures.refundId', []] };
/** What was given back, and has not failed after that. */
const GIVEN = {
  $sum: {
    $map: {
      input: {
        $filter: {
          input: { $ifNull: ['$refunds', []] },
          cond: { $not: [{ $in: ['$$this.refundId', FAILURES] }] },
        },
      },
      in: '$$this.amount',
    },
  },
};
const IS_REFUNDED = {
  $and: [
    { $gt: ['$refunded', null] },
    { $or: [{ $eq: [FAILURES, []] }, { $gte: [GIVEN, '$placed.totalAmount'] }] },
  ],
};
const isThere = (fact: string): Document => ({ $gt: [fact, null] });
/** The status code of an order, as `statusOf` has it: that of the first of these facts which is there. */
const STATUS = (
  [
    ['$refunded', { $cond: [IS_REFUNDED, 4, 3] }],
    ['$cancelled', -2],
    ['$rejected', -1],
    ['$paid', 3],
    ['$paymentFailed', -3],
    ['$accepted', 2],
  ] as const
).reduceRight<unknown>(
  (otherwise, [fact, status]) => ({ $cond: [isThere(fact), status, otherwise] }),
  1,
);

const dayOf = (date: unknown, timezone: string): Document => ({
  $dateToString: { date, format: '%Y-%m-%d', timezone },
});

/**
 * Looks whether MongoDB knows the time zone: its list may be older than that of Node.js.
 *
 * @throws Error that names the setting
 */
export async function checkTimeZone(db: Db, timeZone: string): Promise<void> {
  const day = [{ $documents: [{ day: dayOf(new Date(0), timeZone) }] }];
  try {
    await db.aggregate(day).toArray();
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== UNKNOWN_ZONE) throw error;
    const message = `TIME_ZONE is ${timeZone}, which MongoDB does not know: use an older name.`;
    throw new Error(message, { cause: error });
  }
}

/**
 * Orders of the days in one currency, with `day`, `isPaid`, `back`: what was refunded of them, and
 * `isOver`: nothing of them is sold any more.
 */
function ordersOf({ first, last, timeZone }: Days, currency: string): Document[] {
  return [
    {
      $match: {
        // No time zone is more than a day off; which day it is there is judged below.
        'placed.at': { $gte: (first - 1) * DAY_MS, $lt: (last + 2) * DAY_MS },
        'placed.currency': currency,
      },
    },
    {
      $project: {
        total: '$placed.totalAmount',
        items: '$placed.items',
        day: dayOf({ $toDate: '$placed.at' }, timeZone),
        isPaid: { $or: [isThere('$paid'), isThere('$processed')] },
        back: {
          $cond: [IS_REFUNDED, '$placed.totalAmount', { $min: [GIVEN, '$placed.totalAmount'] }],
        },
        isOver: { $or: [IS_REFUNDED, isThere('$cancelled'), isThere('$rejected')] },
        isAccepted: {
          $or: ['$accepted', '$paid', '$processed', '$paymentFailed', '$declined'].map(isThere),
        },
        status: STATUS,
      },
    },
    { $match: { day: { $gte: toText(first), $lte: toText(last) } } },
  ];
}

/**
 * Gives what was found of some days.
 *
 * @throws DomainError 400 where MongoDB does not know the time zone, which Node.js knows
 */
export async function inTimeZone<Found>(timeZone: string, found: Promise<Found>): Promise<Found> {
  try {
    return await found;
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== UNKNOWN_ZONE) throw error;
    throw new DomainError(
      'invalid',
      'unknown-time-zone',
      `The database does not know the time zone ${timeZone}: use an older name of it.`,
    );
  }
}

/** What cost nothing is sold though nothing of it is left to be given back. */
const LEFT = { $or: [{ $lt: ['$back', '$total'] }, { $eq: ['$total', 0] }] };

const sumIf = (condition: unknown, sum: unknown): Document => ({
  $sum: { $cond: [condition, sum, 0] },
});
const ofStatus = (status: number): Document => sumIf({ $eq: ['$status', status] }, 1);

/** The sums of each day that has orders. */
export function sumDays(readModel: ReadModel, days: Days, currency: string): Promise<DaySums[]> {
  return readModel.read((history: HistoryCollection) =>
    history
      .aggregate<DaySums>([
        ...ordersOf(days, currency),
        {
          $group: {
            _id: '$day',
            orders: { $sum: 1 },
            acceptedOrders: sumIf('$isAccepted', 1),
            paidOrders: sumIf('$isPaid', 1),
            rejectedOrders: ofStatus(-1),
            failedOrders: ofStatus(-3),
            cancelledOrders: ofStatus(-2),
            refundedOrders: ofStatus(4),
            paid: sumIf('$isPaid', '$total'),
            refunded: sumIf('$isPaid', '$back'),
          },
        },
      ])
      .toArray(),
  );
}

/** What sold best, on each day and on all: in orders that are paid and not refunded altogether. */
export async function findTopSellers(
  readModel: ReadModel,
  days: Days,
  currency: string,
  limit: number,
): Promise<TopSellers> {
  const [found] = await readModel.read((history: HistoryCollection) =>
    history
      .aggregate<TopSellers>([
        ...ordersOf(days, currency),
        { $match: { isPaid: true, isOver: false, $expr: LEFT } },
        { $unwind: '$items' },
        {
          $group: {
            _id: {
              day: '$day',
              product: '$items.productId',
              brand: '$items.brand',
              category: '$items.category',
            },
            name: { $max: '$items.name' },
            pieces: { $sum: '$items.quantity' },
            amount: { $sum: { $multiply: ['$items.quantity', '$items.unitPrice'] } },
          },
        },
        {
          $facet: {
            products: best('product', limit, { name: { $max: '$name' } }),
            brands: best('brand', limit),
            categories: best('category', limit),
          },
        },
      ])
      .toArray(),
  );
  return found ?? { products: [], brands: [], categories: [] };
}

/** The best of each day, and of all days, by one field of the groups. */
function best(field: string, limit: number, named: Document = {}): Document[] {
  const sums = { pieces: { $sum: '$pieces' }, amount: { $sum: '$amount' } };
  const top = { $topN: { n: limit, sortBy: BEST, output: '$$ROOT' } };
  return [
    { $match: { [`_id.${field}`]: { $gt: '' } } },
    // Counted twice: for its day, and for all days.
    { $set: { day: ['$_id.day', null] } },
    { $unwind: '$day' },
    { $group: { _id: { day: '$day', value: `$_id.${field}` }, ...named, ...sums } },
    { $set: { day: '$_id.day', value: '$_id.value' } },
    { $unset: '_id' },
    { $group: { _id: '$day', top } },
    { $unwind: '$top' },
    { $replaceWith: '$top' },
  ];
}
