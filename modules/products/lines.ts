/**
 * Lines that are set aside, each in the document of its product.
 *
 * A line carries the attempt that set it aside. A process that stood still in the middle of an
 * attempt may set a line aside long after its order has ended; by the attempt such a stray line is
 * told from the one that counts, and given back, never sold.
 */
import type { AnyBulkWriteOperation, Collection, IndexDescription } from 'mongodb';
import type { ModuleContext } from '#host';
import type { ProductDocument } from './product.ts';
import type { DecidedLine, ReservationDocument, StockLine } from './reservation.ts';

type Write = AnyBulkWriteOperation<ProductDocument>;

/** A line that is set aside, in the document of its product. */
export interface ReservedLine {
  orderId: string;
  quantity: number;
  attempt: string;
  at: Date;
}

/** Holds only products that something is set aside of. */
export const reservedIndex: IndexDescription = {
  name: 'reserved',
  key: { 'reserved.at': 1 },
  partialFilterExpression: { 'reserved.0': { $exists: true } },
};

export function products({ db }: ModuleContext): Collection<ProductDocument> {
  return db.collection<ProductDocument>('products');
}

/** Sets a line aside, if there is enough and it is not set aside already. */
export function setAside(
  orderId: string,
  { productId, quantity }: StockLine,
  attempt: string,
): Write {
  return {
    updateOne: {
      filter: {
        _id: productId,
        stockQty: { $gte: quantity },
        'reserved.orderId': { $ne: orderId },
      },
      update: {
        $inc: { stockQty: -quantity },
        $push: { reserved: { orderId, quantity, attempt, at: new Date() } },
      },
    },
  };
}

/** The attempts by which lines are set aside: by order, then by product. */
export async function heldLines(
  context: ModuleContext,
  requests: readonly { orderId: string; lines: StockLine[] }[],
): Promise<Map<string, Map<string, string>>> {
  const orderIds = requests.map(({ orderId }) => orderId);
  const ids = new Set(requests.flatMap(({ lines }) => lines.map(({ productId }) => productId)));
  const rows = await products(context)
    .aggregate<{ _id: string; held: ReservedLine[] }>([
      { $match: { _id: { $in: [...ids] } } },
      {
        $project: {
          held: { $filter: { input: '$reserved', cond: { $in: ['$$this.orderId', orderIds] } } },
        },
      },
    ])
    .toArray();
  const held = new Map<string, Map<string, string>>();
  for (const { _id, held: lines } of rows) {
    for (const { orderId, attempt } of lines) {
      const ofOrder = held.get(orderId) ?? new Map<string, string>();
      held.set(orderId, ofOrder.set(_id, attempt));
    }
  }
  return held;
}

/** What makes the lines of an order follow its reservation; nothing while it is undecided. */
export function writesFor({
  _id: orderId,
  decision,
  end,
  lines = [],
}: ReservationDocument): Write[] {
  if (decision === undefined) return [];
  return lines.flatMap((line) => {
    if (decision === 'rejected') return [letGo(orderId, line, {}, 'returned')];
    const stray = letGo(orderId, line, { attempt: { $ne: line.attempt! } }, 'returned');
    if (!end) return [stray];
    const outcome = end === 'sold' ? 'sold' : 'returned';
    return [stray, letGo(orderId, line, { attempt: { $eq: line.attempt! } }, outcome)];
  });
}

/** Ends that a line is set aside: it is sold, or back in stock. */
function letGo(
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

/** The orders that something has been set aside for since before a time, some at a time. */
export async function* ordersSetAsideBefore(
  context: ModuleContext,
  time: Date,
  batch: number,
): AsyncGenerator<string[]> {
  let orderIds = new Set<string>();
  const found = products(context)
    .find({ 'reserved.0': { $exists: true }, 'reserved.at': { $lt: time } })
    .project<Pick<ProductDocument, 'reserved'>>({ reserved: 1 })
    .hint('reserved');
  for await (const { reserved } of found) {
    for (const { orderId, at } of reserved) if (at < time) orderIds.add(orderId);
    if (orderIds.size < batch) continue;
    yield [...orderIds];
    orderIds = new Set();
  }
  if (orderIds.size > 0) yield [...orderIds];
}
