/** What the shop sold, day by day: the operator's statistics. */
import { Type, type Static } from 'typebox';
import { csvQuery, jsonOrCsv, TimeZone, type ReadModel } from '#host';
import { DEFAULT_DAYS, MAX_DAYS, toText, type Days } from './days.ts';
import {
  findTopSellers,
  inTimeZone,
  sumDays,
  type DaySums,
  type Sold,
  type TopSellers,
} from './statistics-store.ts';

export const DEFAULT_TOP = 5;
const MAX_TOP = 50;
/** The tables of the statistics, each a CSV file of its own. */
const TABLES = ['days', 'products', 'brands', 'categories'] as const;
export type StatisticsTable = (typeof TABLES)[number];
const amount = (description: string) =>
  Type.Integer({ description: `${description}, in the smallest unit of the currency` });
const day = (description: string) =>
  Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description }));

const sold = {
  pieces: Type.Integer(),
  amount: amount('What the pieces cost, without delivery'),
};
const sums = {
  orders: Type.Integer({ description: 'That were placed' }),
  acceptedOrders: Type.Integer({ description: 'Of these, that stock and score let pass' }),
  paidOrders: Type.Integer({ description: 'Of these, that were paid' }),
  rejectedOrders: Type.Integer({ description: 'Whose stock or score did not let them pass' }),
  failedOrders: Type.Integer({ description: 'Whose payment failed' }),
  cancelledOrders: Type.Integer({ description: 'That were cancelled' }),
  refundedOrders: Type.Integer({ description: 'Of those that were paid, given back altogether' }),
  refunded: amount('What was given back of them so far'),
  revenue: amount('What was paid for them, with their delivery, less what was given back'),
  topProducts: Type.Array(Type.Object({ productId: Type.String(), name: Type.String(), ...sold })),
  topBrands: Type.Array(Type.Object({ brand: Type.String(), ...sold })),
  topCategories: Type.Array(Type.Object({ category: Type.String(), ...sold })),
};

const Statistics = Type.Object({
  from: Type.String(),
  to: Type.String(),
  timeZone: Type.String({ description: 'Whose days these are' }),
  currency: Type.String({ description: "The shop's; orders in another one are not counted" }),
  total: Type.Object(sums),
  days: Type.Array(
    Type.Object({ day: Type.String({ description: 'In the time zone' }), ...sums }),
    {
      description: 'By the day on which the orders were placed',
    },
  ),
});
export type Statistics = Static<typeof Statistics>;

export const statisticsSchema = {
  summary: 'Orders, revenue, and what sold best, day by day',
  querystring: Type.Object(
    {
      from: day(`The first day, YYYY-MM-DD; default: so that there are ${DEFAULT_DAYS}`),
      to: day(`The last day; default: today, in the time zone. At most ${MAX_DAYS} days`),
      timeZone: Type.Optional(
        TimeZone({
          description: 'Whose days are meant, such as Europe/Berlin; default: that of TIME_ZONE',
        }),
      ),
      limit: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: MAX_TOP,
          description: `How many of what sold best; default: ${DEFAULT_TOP}`,
        }),
      ),
      ...csvQuery,
      table: Type.Optional(
        Type.Enum(TABLES, { description: `What a CSV file holds; default: ${TABLES[0]}` }),
      ),
    },
    { additionalProperties: false },
  ),
  response: { 200: jsonOrCsv(Statistics, 'All days, and the sums over them') },
};

/** The statistics of the days, of orders in one currency, with the `limit` best of each kind. */
export async function statisticsOf(
  readModel: ReadModel,
  options: { days: Days; currency: string; limit: number },
): Promise<Statistics> {
  const { days, currency, limit } = options;
  const [found, sellers] = await inTimeZone(
    days.timeZone,
    Promise.all([
      sumDays(readModel, days, currency),
      findTopSellers(readModel, days, currency, limit),
    ]),
  );
  const byDay = new Map(found.map((one) => [one._id, one]));
  const all = Array.from({ length: days.last - days.first + 1 }, (_, i) => toText(days.first + i));
  return {
    from: toText(days.first),
    to: toText(days.last),
    timeZone: days.timeZone,
    currency,
    total: { ...sumOf(found), ...topSellersOf(sellers, null) },
    days: all.map((one) => ({
      day: one,
      ...sumOf([byDay.get(one)]),
      ...topSellersOf(sellers, one),
    })),
  };
}

function sumOf(found: readonly (DaySums | undefined)[]) {
  const sum = (field: Exclude<keyof DaySums, '_id'>): number =>
    found.reduce((total, one) => total + (one?.[field] ?? 0), 0);
  const refunded = sum('refunded');
  return {
    orders: sum('orders'),
    acceptedOrders: sum('acceptedOrders'),
    paidOrders: sum('paidOrders'),
    rejectedOrders: sum('rejectedOrders'),
    failedOrders: sum('failedOrders'),
    cancelledOrders: sum('cancelledOrders'),
    refundedOrders: sum('refundedOrders'),
    refunded,
    revenue: sum('paid') - refunded,
  };
}

function topSellersOf({ products, brands, categories }: TopSellers, of: string | null) {
  const on = (all: readonly Sold[]): Sold[] => all.filter(({ day: one }) => one === of);
  return {
    topProducts: on(products).map((one) => ({ name: '', ...one, productId: one.value })),
    topBrands: on(brands).map((one) => ({ ...one, brand: one.value })),
    topCategories: on(categories).map((one) => ({ ...one, category: one.value })),
  };
}
