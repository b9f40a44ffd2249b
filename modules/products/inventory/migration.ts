/**
 * Stocks that a Millrace has stored which set each line aside in the document of its product: by an
 * attempt, of which the reservation says whether it counts. See docs/decisions/023.
 */
import { MongoServerError, type ClientSession } from 'mongodb';
import { chunk, type ModuleContext } from '#host';
import { productsOf, type CatalogueDocument } from '../catalogue/store.ts';
import { findReservations, reservationsOf, type ReservationDocument } from './reservation.ts';

/** Documents that one transaction brings into the new form. */
const BATCH = 500;

/** MongoDB's code for an index that is not there. */
const INDEX_NOT_FOUND = 27;

interface OldLine {
  orderId: string;
  quantity: number;
  attempt: string;
}

interface OldProduct extends Omit<CatalogueDocument, 'takenQty'> {
  soldQty: number;
  reserved: OldLine[];
  /** Sales that were about to be undone. */
  restocks?: { orderId: string; attempt: string }[];
}

interface OldReservation extends Omit<ReservationDocument, 'end' | 'lines'> {
  end?: 'sold' | 'restocking' | 'released';
  lines?: { productId: string; quantity: number; attempt?: string }[];
  /** What counts of the sales that were about to be undone. */
  restock?: { productId: string; attempt: string }[];
}

type Store = Pick<ModuleContext, 'db' | 'transaction'>;

const oldProducts = ({ db }: Store) => db.collection<OldProduct>('products');
const oldReservations = ({ db }: Store) => db.collection<OldReservation>('reservations');

/**
 * Brings stocks into the form of today. Each transaction stands by itself and reads anew what it
 * changes, so several processes may do it at once, and one that ends in the middle is made good by the
 * next. The old index shows that it is not done yet, and goes last.
 */
export async function migrateStock(store: Store & Pick<ModuleContext, 'log'>): Promise<void> {
  const products = productsOf(store.db);
  if (!(await products.indexExists('reserved'))) return;
  const restocking = oldReservations(store).find({ end: 'restocking' });
  for await (const { _id } of restocking)
    await store.transaction((session) => endRestock(store, _id, session));
  const old = oldProducts(store).find({ reserved: { $exists: true } }, { projection: { _id: 1 } });
  let count = 0;
  for await (const batch of chunk(old, BATCH)) {
    const ids = batch.map(({ _id }) => _id);
    await store.transaction((session) => countTaken(store, ids, session));
    count += batch.length;
  }
  for (const index of ['restocks', 'reserved'])
    await products.dropIndex(index).catch((error: unknown) => {
      if (!(error instanceof MongoServerError) || error.code !== INDEX_NOT_FOUND) throw error;
    });
  store.log.info({ products: count }, 'what orders hold of products was counted anew');
}

/** Completes the undoing of a sale: what is still sold of it, or was not sold yet, is in stock then. */
async function endRestock(store: Store, orderId: string, session: ClientSession): Promise<void> {
  const stored = await oldReservations(store).findOne({ _id: orderId }, { session });
  if (stored?.end !== 'restocking') return;
  const lines = stored.decision === 'reserved' ? (stored.lines ?? []) : [];
  for (const { productId, quantity, attempt } of lines) {
    const token = stored.restock?.find((one) => one.productId === productId)?.attempt;
    await oldProducts(store).updateOne(
      {
        _id: productId,
        // A line that is not sold yet is given back with all others that count for nothing.
        reserved: { $exists: true, $not: { $elemMatch: { orderId, attempt } } },
        // Without its token a sale is undone already, where it is decided which one counts.
        ...(stored.restock && { restocks: { $elemMatch: { orderId, attempt: token ?? '' } } }),
      },
      { $inc: { soldQty: -quantity, stockQty: quantity } },
      { session },
    );
  }
  await oldReservations(store).updateOne(
    { _id: orderId },
    { $set: { end: 'released' }, $unset: { restock: '' } },
    { session },
  );
}

/** Counts what orders have taken of products, and gives back the lines that count for none. */
async function countTaken(
  store: Store,
  ids: readonly string[],
  session: ClientSession,
): Promise<void> {
  const found = await oldProducts(store)
    .find(
      { _id: { $in: [...ids] }, reserved: { $exists: true } },
      { session, projection: { soldQty: 1, reserved: 1 } },
    )
    .toArray();
  if (found.length === 0) return;
  const orderIds = new Set(found.flatMap(({ reserved }) => reserved.map((line) => line.orderId)));
  const decided = await findReservations(reservationsOf(store.db), [...orderIds], session);
  const isTaken = (productId: string, { orderId, attempt }: OldLine): boolean => {
    const { decision, end, lines = [] } = (decided.get(orderId) ?? {}) as Partial<OldReservation>;
    const counts = lines.some((one) => one.productId === productId && one.attempt === attempt);
    return decision === 'reserved' && counts && end !== 'released';
  };
  await oldProducts(store).bulkWrite(
    found.map(({ _id, soldQty, reserved }) => {
      const taken = pieces(reserved.filter((line) => isTaken(_id, line)));
      const stockQty = pieces(reserved) - taken;
      return {
        updateOne: {
          filter: { _id },
          update: {
            $inc: { stockQty, takenQty: soldQty + taken },
            $unset: { soldQty: '', reserved: '', restocks: '' },
          },
        },
      };
    }),
    { session },
  );
}

function pieces(lines: readonly OldLine[]): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}
