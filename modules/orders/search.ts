/** The operator's search for orders: by the beginning of an id, of a number, or of an email. */
import type { OrderDocument } from './document.ts';
import { toOrderNumber } from './events.ts';
import { IGNORING_CASE, type OrderStore } from './store.ts';

/** Orders of earlier versions that get their number at a time. */
const BATCH = 1000;
/** Sorts after all that may follow a beginning, also where case is ignored. */
const LAST = '\uffff';

const begins = (text: string) => ({ $gte: text, $lt: text + LAST });

/** The newest of the orders that are found by each of the three; every query goes by an index. */
export async function searchOrders(
  { orders }: OrderStore,
  search: string,
  limit: number,
): Promise<OrderDocument[]> {
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
