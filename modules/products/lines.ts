/**
 * Lines that are set aside, each in the document of its product.
 *
 * A line carries the attempt that set it aside. A process that stood still in the middle of an
 * attempt may set a line aside long after its order has ended; by the attempt such a stray line is
 * told from the one that counts, and given back, never sold.
 */
import type { AnyBulkWriteOperation } from 'mongodb';
import type { ModuleContext } from '#host';
import { productsOf, type CatalogueDocument } from './catalogue-store.ts';
import { toldChange, type ToldChange } from './low-stock.ts';
import type { ReservationDocument, StockLine } from './reservation.ts';

type Write = AnyBulkWriteOperation<CatalogueDocument>;

/** A line that is set aside, in the document of its product. */
export interface ReservedLine {
  orderId: string;
  quantity: number;
  attempt: string;
  at: Date;
}

/** Sets a line aside, if more than the threshold is left then and it is not set aside already. */
export function setAside(
  orderId: string,
  { productId, quantity }: StockLine,
  attempt: string,
  threshold: number,
): Write {
  const line: ReservedLine = { orderId, quantity, attempt, at: new Date() };
  return {
    updateOne: {
      filter: {
        ...orderable(orderId, productId),
        stockQty: { $gt: threshold + quantity },
      },
      update: { $inc: { stockQty: -quantity }, $push: { reserved: line } },
    },
  };
}

/** Sets a line aside, if there is enough and it is not set aside already; tells where little is left. */
export function setAsideTelling(
  orderId: string,
  { productId, quantity }: StockLine,
  attempt: string,
  told: Pick<ToldChange, 'threshold' | 'low'>,
): Write {
  const line: ReservedLine = { orderId, quantity, attempt, at: new Date() };
  const reserved = { $concatArrays: [{ $ifNull: ['$reserved', []] }, [{ $literal: line }]] };
  return {
    updateOne: {
      filter: { ...orderable(orderId, productId), stockQty: { $gte: quantity } },
      update: [{ $set: { ...toldChange({ change: -quantity, ...told }), reserved } }],
    },
  };
}

function orderable(orderId: string, productId: string) {
  return { _id: productId, 'reserved.orderId': { $ne: orderId }, retired: { $ne: true } };
}

/** A line that is set aside, and where. */
export interface HeldLine extends Pick<ReservedLine, 'orderId' | 'quantity' | 'attempt'> {
  productId: string;
}

/** The lines that are set aside for these orders, in these products or in any. */
export async function findHeld(
  context: ModuleContext,
  orderIds: ReadonlySet<string>,
  productIds?: readonly string[],
): Promise<HeldLine[]> {
  if (productIds?.length === 0) return [];
  const holding = await productsOf(context.db)
    .find({
      ...(productIds
        ? { _id: { $in: [...productIds] } }
        : { 'reserved.orderId': { $in: [...orderIds] } }),
      'reserved.0': { $exists: true },
    })
    .project<Pick<CatalogueDocument, '_id' | 'reserved'>>({ reserved: 1 })
    .hint(productIds ? '_id_' : 'reserved')
    .toArray();
  return holding.flatMap(({ _id: productId, reserved }) =>
    reserved
      .filter(({ orderId }) => orderIds.has(orderId))
      .map(({ orderId, quantity, attempt }) => ({ productId, orderId, quantity, attempt })),
  );
}

/** What makes a line that is set aside follow its reservation; nothing while that is undecided. */
export function writeFor(
  line: HeldLine,
  { decision, end, lines = [] }: Pick<ReservationDocument, 'decision' | 'end' | 'lines'>,
): Write | undefined {
  if (decision === undefined) return undefined;
  const counts = lines.some(
    ({ productId, attempt }) => productId === line.productId && attempt === line.attempt,
  );
  if (decision === 'rejected' || !counts) return letGo(line, 'returned');
  if (!end) return undefined;
  // What is on its way back after a sale has to be sold first: then that is certain.
  return letGo(line, end === 'released' ? 'returned' : 'sold');
}

/** Ends that a line is set aside: it is sold, or back in stock. */
export function letGo(
  { productId, orderId, quantity, attempt }: HeldLine,
  outcome: 'sold' | 'returned',
): Write {
  const line = { orderId: { $eq: orderId }, attempt: { $eq: attempt } };
  return {
    updateOne: {
      filter: { _id: productId, reserved: { $elemMatch: line } },
      update: {
        $inc: outcome === 'sold' ? { soldQty: quantity } : { stockQty: quantity },
        $pull: { reserved: line },
      },
    },
  };
}

/** The orders that stand in a list of products since before a time, some at a time. */
export async function* ordersWaitingIn(
  context: ModuleContext,
  list: 'reserved' | 'restocks',
  before: Date,
  batch: number,
): AsyncGenerator<string[]> {
  let orderIds = new Set<string>();
  const found = productsOf(context.db)
    .find({ [`${list}.0`]: { $exists: true }, [`${list}.at`]: { $lt: before } })
    .project<Pick<CatalogueDocument, 'reserved' | 'restocks'>>({ [list]: 1 })
    .hint(list);
  for await (const product of found) {
    for (const { orderId, at } of product[list] ?? []) if (at < before) orderIds.add(orderId);
    if (orderIds.size < batch) continue;
    yield [...orderIds];
    orderIds = new Set();
  }
  if (orderIds.size > 0) yield [...orderIds];
}
