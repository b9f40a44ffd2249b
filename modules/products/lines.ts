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
import type { DecidedLine, ReservationDocument, StockLine } from './reservation.ts';

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

/** What makes the lines of an order follow its reservation; nothing while it is undecided. */
export function writesFor({
  _id: orderId,
  decision,
  end,
  lines = [],
}: Pick<ReservationDocument, '_id' | 'decision' | 'end' | 'lines'>): Write[] {
  if (decision === undefined) return [];
  return lines.flatMap((line) => {
    if (decision === 'rejected') return [letGo(orderId, line, {}, 'returned')];
    const stray = letGo(orderId, line, { attempt: { $ne: line.attempt! } }, 'returned');
    if (!end) return [stray];
    // What is on its way back after a sale has to be sold first: then that is certain.
    const outcome = end === 'released' ? 'returned' : 'sold';
    return [stray, letGo(orderId, line, { attempt: { $eq: line.attempt! } }, outcome)];
  });
}

/** Ends that a line is set aside: it is sold, or back in stock. */
export function letGo(
  orderId: string,
  { productId, quantity }: DecidedLine,
  of: { attempt?: { $eq: string } | { $ne: string } },
  outcome: 'sold' | 'returned',
): Write {
  const line = { orderId: { $eq: orderId }, ...of };
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
