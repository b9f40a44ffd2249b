/** What becomes of the stock of orders that end: it is sold, or given back, also after it was sold. */
import type { Document } from 'mongodb';
import type { ModuleContext } from '#host';
import { dropWritten } from './catalogue-cache.ts';
import { productsOf } from './catalogue-store.ts';
import { findHeld, letGo, ordersWaitingIn, writeFor } from './lines.ts';
import { findReservations, reservations, type ReservationDocument } from './reservation.ts';
import { dropTokens, restock } from './restock.ts';

/** Orders that are looked at at a time. */
const BATCH = 500;
/** How long a line is set aside before it is looked at whether it is a stray one, in ms. */
const STRAY_AFTER_MS = 15_000;

/** The end that follows from the one that is known and one more, and from which it is another one. */
const SOLD = {
  end: { $ifNull: ['$end', 'sold'] } as Document,
  changes: ({ end }: Pick<ReservationDocument, 'end'>) => end === undefined,
};
const GIVEN_BACK = {
  end: {
    $cond: [{ $in: ['$end', ['sold', 'restocking']] }, 'restocking', 'released'],
  } as Document,
  changes: ({ end }: Pick<ReservationDocument, 'end'>) => end === undefined || end === 'sold',
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
  { end, changes }: typeof SOLD,
): Promise<void> {
  if (orderIds.length === 0) return;
  // Ends that come again, as all of them may after a loss of Redis, must cost no write.
  const known = await findReservations(context, orderIds);
  const changing = orderIds.filter((orderId) => changes(known.get(orderId) ?? {}));
  if (changing.length > 0) {
    await reservations(context).bulkWrite(
      changing.map((_id) => ({
        updateOne: { filter: { _id }, update: [{ $set: { end } }], upsert: true },
      })),
      { ordered: false },
    );
    for (const [orderId, now] of await findReservations(context, changing)) known.set(orderId, now);
  }
  await carryOut(context, [...known.values()]);
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
  const byOrder = new Map(found.map((reservation) => [reservation._id, reservation]));
  const held = await findHeld(context, new Set(byOrder.keys()), productsIn(found));
  const writes = held.flatMap((line) => writeFor(line, byOrder.get(line.orderId)!) ?? []);
  if (writes.length > 0) await productsOf(context.db).bulkWrite(writes, { ordered: false });
  const restocking = found.filter(({ decision, end }) => decision && end === 'restocking');
  if (restocking.length > 0) await restock(context, restocking);
  await showReturned(context, found);
}

function productsIn(found: readonly ReservationDocument[]): string[] {
  const ids = found.flatMap(({ lines = [] }) => lines.map(({ productId }) => productId));
  return [...new Set(ids)];
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
  const held = await findHeld(context, over);
  const writes = held.map((line) => letGo(line, 'returned'));
  if (writes.length > 0) await productsOf(context.db).bulkWrite(writes, { ordered: false });
}
