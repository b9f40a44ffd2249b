/** What becomes of the stock of orders that end: it is sold, or given back, also after it was sold. */
import type { Document } from 'mongodb';
import type { ModuleContext } from '#host';
import { dropWritten } from './catalogue-cache.ts';
import { productsOf, type CatalogueDocument } from './catalogue-store.ts';
import { letGo, ordersWaitingIn, writesFor } from './lines.ts';
import { findReservations, reservations, type ReservationDocument } from './reservation.ts';
import { dropTokens, restock } from './restock.ts';

/** Orders that are looked at at a time. */
const BATCH = 500;
/** How long a line is set aside before it is looked at whether it is a stray one, in ms. */
const STRAY_AFTER_MS = 15_000;

/** The end that follows from the one that is known and one more. */
const SOLD: Document = { $ifNull: ['$end', 'sold'] };
const GIVEN_BACK: Document = {
  $cond: [{ $in: ['$end', ['sold', 'restocking']] }, 'restocking', 'released'],
};

/** Turns what is set aside for these orders into a sale, unless it is given back already. */
export async function sell(context: ModuleContext, orderIds: readonly string[]): Promise<void> {
  await finish(context, orderIds, SOLD);
}

/** Puts into stock again what is set aside for these orders, or was sold to them. */
export async function giveBack(context: ModuleContext, orderIds: readonly string[]): Promise<void> {
  await finish(context, orderIds, GIVEN_BACK);
}

async function finish(
  context: ModuleContext,
  orderIds: readonly string[],
  end: Document,
): Promise<void> {
  if (orderIds.length === 0) return;
  await reservations(context).bulkWrite(
    orderIds.map((_id) => ({
      updateOne: { filter: { _id }, update: [{ $set: { end } }], upsert: true },
    })),
    { ordered: false },
  );
  await follow(context, orderIds);
}

/** Makes the lines of orders follow what was decided for them and what became of them. */
export async function follow(context: ModuleContext, orderIds: readonly string[]): Promise<void> {
  if (orderIds.length === 0) return;
  await carryOut(context, [...(await findReservations(context, orderIds)).values()]);
}

/** Makes lines follow their reservations, as they were just read or written. */
export async function carryOut(
  context: ModuleContext,
  found: readonly ReservationDocument[],
): Promise<void> {
  const writes = found.flatMap(writesFor);
  if (writes.length > 0) await productsOf(context.db).bulkWrite(writes, { ordered: false });
  const restocking = found.filter(({ decision, end }) => decision && end === 'restocking');
  if (restocking.length > 0) await restock(context, restocking);
  await showReturned(context, found);
}

/** Drops what is kept of products that were sold out before these orders gave them back. */
async function showReturned(
  context: ModuleContext,
  found: readonly ReservationDocument[],
): Promise<void> {
  const pieces = new Map<string, number>();
  for (const { decision, end, lines = [] } of found) {
    if (decision !== 'rejected' && (end === undefined || end === 'sold')) continue;
    for (const { productId, quantity } of lines)
      pieces.set(productId, (pieces.get(productId) ?? 0) + quantity);
  }
  if (pieces.size === 0) return;
  const now = await productsOf(context.db)
    .find({ _id: { $in: [...pieces.keys()] }, stockQty: { $gt: 0 } })
    .project<{ _id: string; stockQty: number }>({ stockQty: 1 })
    .toArray();
  // With no more than what came back, there was nothing before.
  const back = now.filter(({ _id, stockQty }) => stockQty <= pieces.get(_id)!);
  await dropWritten(
    context,
    back.map(({ _id }) => _id),
  );
}

/**
 * Puts right what processes left that stood still and then ended: lines that they set aside when
 * their order had ended already, and sales that they had begun to undo.
 */
export async function returnStrays(context: ModuleContext): Promise<void> {
  const before = new Date(Date.now() - STRAY_AFTER_MS);
  for await (const orderIds of ordersWaitingIn(context, 'reserved', before, BATCH)) {
    await follow(context, orderIds);
    await returnUndecided(context, orderIds);
  }
  for await (const orderIds of ordersWaitingIn(context, 'restocks', before, BATCH)) {
    await follow(context, orderIds);
    await dropTokens(context, orderIds);
  }
}

/**
 * Gives back the lines of orders that ended before it was decided whether they get them. Nobody may
 * decide any more: an order that has ended is not told again. A decision that does come finds its
 * lines gone, and the end that makes it let go of them.
 */
async function returnUndecided(context: ModuleContext, orderIds: readonly string[]): Promise<void> {
  const found = await findReservations(context, orderIds);
  const over = new Set(
    [...found.values()]
      .filter(({ decision, end }) => decision === undefined && end === 'released')
      .map(({ _id }) => _id),
  );
  if (over.size === 0) return;
  const holding = await productsOf(context.db)
    .find({ 'reserved.orderId': { $in: [...over] }, 'reserved.0': { $exists: true } })
    .project<Pick<CatalogueDocument, '_id' | 'reserved'>>({ reserved: 1 })
    .hint('reserved')
    .toArray();
  const writes = holding.flatMap(({ _id: productId, reserved }) =>
    reserved
      .filter(({ orderId }) => over.has(orderId))
      .map(({ orderId, quantity, attempt }) =>
        letGo(orderId, { productId, quantity }, { attempt: { $eq: attempt } }, 'returned'),
      ),
  );
  if (writes.length > 0) await productsOf(context.db).bulkWrite(writes, { ordered: false });
}
