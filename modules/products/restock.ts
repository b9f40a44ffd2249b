/**
 * Undoing sales: what an order was sold goes back into stock, exactly once.
 *
 * A product forgets an order when it is sold, so nothing in it tells whether the sale was undone
 * already. Therefore a token is put into the product first, the reservation decides which token
 * counts, and that one is exchanged for the stock. A token that comes late, of a process that stood
 * still, is none that counts, and is taken away without effect.
 */
import { randomUUID } from 'node:crypto';
import type { AnyBulkWriteOperation } from 'mongodb';
import type { ModuleContext } from '#host';
import { productsOf, type CatalogueDocument } from './catalogue-store.ts';
import { findReservations, reservations, type ReservationDocument } from './reservation.ts';

type Write = AnyBulkWriteOperation<CatalogueDocument>;

/** Says in a product that an attempt is about to undo its sale to an order. */
export interface RestockToken {
  orderId: string;
  attempt: string;
  at: Date;
}

/**
 * Undoes the sales of these reservations, whose end is `restocking` and whose lines are sold. Then
 * their end is `released`, as if nothing had been sold.
 */
export async function restock(
  context: ModuleContext,
  restocking: readonly ReservationDocument[],
): Promise<void> {
  const orderIds = restocking.map(({ _id }) => _id);
  await decideTokens(
    context,
    restocking.filter(({ decision, restock: decided }) => decision === 'reserved' && !decided),
  );
  const now = [...(await findReservations(context, orderIds)).values()];
  const writes = now.flatMap(exchanges);
  if (writes.length > 0) await productsOf(context.db).bulkWrite(writes, { ordered: false });
  await reservations(context).updateMany(
    { _id: { $in: now.filter(isExchanged).map(({ _id }) => _id) }, end: 'restocking' },
    { $set: { end: 'released' }, $unset: { restock: '' } },
  );
}

/** Puts a token into each product where none is, and stores which of them count: the first found. */
async function decideTokens(
  context: ModuleContext,
  undecided: readonly ReservationDocument[],
): Promise<void> {
  if (undecided.length === 0) return;
  const attempt = randomUUID();
  await productsOf(context.db).bulkWrite(
    undecided.flatMap(({ _id: orderId, lines = [] }) =>
      lines.map(({ productId }) => ({
        updateOne: {
          filter: { _id: productId, 'restocks.orderId': { $ne: orderId } },
          update: { $push: { restocks: { orderId, attempt, at: new Date() } } },
        },
      })),
    ),
    { ordered: false },
  );
  const tokens = await findTokens(context, undecided);
  await reservations(context).bulkWrite(
    undecided.map(({ _id }) => ({
      updateOne: {
        filter: { _id, end: 'restocking', restock: { $exists: false } },
        update: { $set: { restock: tokens.get(_id) ?? [] } },
      },
    })),
    { ordered: false },
  );
}

async function findTokens(
  context: ModuleContext,
  undecided: readonly ReservationDocument[],
): Promise<Map<string, { productId: string; attempt: string }[]>> {
  const ids = undecided.flatMap(({ lines = [] }) => lines.map(({ productId }) => productId));
  const found = await productsOf(context.db)
    .find({ _id: { $in: ids }, 'restocks.0': { $exists: true } })
    .project<Pick<CatalogueDocument, '_id' | 'restocks'>>({ restocks: 1 })
    .toArray();
  const tokens = found.flatMap(({ _id: productId, restocks = [] }) =>
    restocks.map(({ orderId, attempt }) => ({ orderId, productId, attempt })),
  );
  const byOrder = Map.groupBy(tokens, ({ orderId }) => orderId);
  return new Map(
    [...byOrder].map(([orderId, ofOrder]) => [
      orderId,
      ofOrder.map(({ productId, attempt }) => ({ productId, attempt })),
    ]),
  );
}

/** What exchanges the tokens that count; those that are exchanged already are not there any more. */
function exchanges({ _id: orderId, end, lines = [], restock: decided }: ReservationDocument) {
  if (end !== 'restocking' || !decided) return [];
  return lines.flatMap(({ productId, quantity }): Write[] => {
    const token = decided.find((one) => one.productId === productId);
    if (!token) return [];
    const counted = { orderId: { $eq: orderId }, attempt: { $eq: token.attempt } };
    return [
      {
        updateOne: {
          filter: { _id: productId, restocks: { $elemMatch: counted } },
          update: {
            $inc: { soldQty: -quantity, stockQty: quantity },
            $pull: { restocks: counted },
          },
        },
      },
    ];
  });
}

/** Of an order that was rejected nothing was ever sold. */
function isExchanged({ decision, restock: decided }: ReservationDocument): boolean {
  return decision === 'rejected' || decided !== undefined;
}

/** Takes away the tokens of these orders that came when their sales had been undone. */
export async function dropTokens(
  context: ModuleContext,
  orderIds: readonly string[],
): Promise<void> {
  const found = await findReservations(context, orderIds);
  const over = orderIds.filter((orderId) => found.get(orderId)?.end === 'released');
  await productsOf(context.db).updateMany(
    { 'restocks.0': { $exists: true }, 'restocks.orderId': { $in: over } },
    { $pull: { restocks: { orderId: { $in: over } } } },
    { hint: 'restocks' },
  );
}
