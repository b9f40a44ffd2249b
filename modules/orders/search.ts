/** The operator's search for orders: by the beginning of an id, of a number, or of an email. */
import { Type, type Static } from 'typebox';
import type { Routes } from '#host';
import type { OrderDocument } from './document.ts';
import { toOrderNumber } from './events.ts';
import { STATES } from './states.ts';
import { IGNORING_CASE, type OrderStore } from './store.ts';

const DEFAULT_LIMIT = 5;
const MAX_LIMIT = 20;
/** Orders of earlier versions that get their number at a time. */
const BATCH = 1000;
/** Sorts after all that may follow a beginning, also where case is ignored. */
const LAST = '\uffff';

const FoundOrder = Type.Object({
  orderId: Type.String(),
  orderNumber: Type.String({ description: 'For people to speak of the order, such as K7QM-3F2R' }),
  orderStatusCode: Type.Integer({
    description: Object.values(STATES)
      .map(({ code, title }) => `${code} ${title}`)
      .join(', '),
  }),
  orderAmount: Type.Integer({ description: 'The total, in the smallest unit of the currency' }),
  currency: Type.String(),
  decimals: Type.Integer({ description: 'Decimals of the currency that amounts count in' }),
  userId: Type.String(),
  email: Type.Optional(Type.String({ description: 'Of its contact' })),
  createdAt: Type.String({ format: 'date-time' }),
});
export type FoundOrder = Static<typeof FoundOrder>;

const searchSchema = {
  summary: 'Orders whose id, order number or email begins so, the newest first',
  querystring: Type.Object(
    {
      search: Type.String({
        minLength: 1,
        maxLength: 320,
        description:
          'The beginning of an order id, of an order number (case and dash do not matter), or of the email of the contact (case does not matter)',
      }),
      limit: Type.Optional(
        Type.Integer({ minimum: 1, maximum: MAX_LIMIT, description: `Default: ${DEFAULT_LIMIT}` }),
      ),
    },
    { additionalProperties: false },
  ),
  response: { 200: Type.Object({ items: Type.Array(FoundOrder) }) },
};

/** Adds the search for orders. */
export const searchRoutes =
  (store: OrderStore): Routes =>
  (app) => {
    app.get('/orders', { schema: searchSchema }, async ({ query: { search, limit } }) => ({
      items: (await searchOrders(store, search.trim(), limit ?? DEFAULT_LIMIT)).map(present),
    }));
  };

const begins = (text: string) => ({ $gte: text, $lt: text + LAST });

/** The newest of the orders that are found by each of the three; every query goes by an index. */
async function searchOrders({ orders }: OrderStore, search: string, limit: number) {
  if (search === '') return [];
  const number = numberOf(search);
  const found = await Promise.all([
    orders
      .find({ _id: begins(search) })
      .sort({ _id: -1 })
      .limit(limit)
      .toArray(),
    number === undefined
      ? []
      : orders
          .find({ number: begins(number) })
          .hint('number')
          .limit(limit)
          .toArray(),
    // In the order of the index, so that those of the very email come first.
    orders
      .find({ 'contact.email': begins(search) })
      .collation(IGNORING_CASE)
      .hint('email')
      .sort({ 'contact.email': 1, _id: -1 })
      .limit(limit)
      .toArray(),
  ]);
  const byId = new Map(found.flat().map((order) => [order._id, order]));
  return [...byId.values()].toSorted((a, b) => (a._id < b._id ? 1 : -1)).slice(0, limit);
}

/** An order number, or its beginning, as it is stored; undefined where the text is none. */
export function numberOf(text: string): string | undefined {
  const digits = text.toUpperCase().replace('-', '');
  if (!/^[0-9A-HJKMNP-TV-Z]{1,8}$/.test(digits)) return undefined;
  return digits.length > 4 ? `${digits.slice(0, 4)}-${digits.slice(4)}` : digits;
}

/** Gives orders of earlier versions their number, some at a time. */
export async function numberOrders({ orders }: OrderStore): Promise<void> {
  const without = { number: { $exists: false } };
  const found = await orders
    .find(without, { projection: { _id: 1 } })
    .hint('number')
    .limit(BATCH)
    .toArray();
  if (found.length === 0) return;
  await orders.bulkWrite(
    found.map(({ _id }) => ({
      updateOne: { filter: { _id, ...without }, update: { $set: { number: toOrderNumber(_id) } } },
    })),
    { ordered: false },
  );
}

function present({
  _id: orderId,
  userId,
  contact,
  orderStatusCode,
  totalAmount,
  currency,
  decimals,
  createdAt,
}: OrderDocument): FoundOrder {
  return {
    orderId,
    orderNumber: toOrderNumber(orderId),
    orderStatusCode,
    orderAmount: totalAmount,
    currency,
    decimals,
    userId,
    ...(contact && { email: contact.email }),
    createdAt: createdAt.toISOString(),
  };
}
