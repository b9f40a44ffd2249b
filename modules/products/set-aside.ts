/**
 * Setting lines aside, in as few writes as there are lines. Where a stock comes near to the threshold
 * the write has to look at it, to tell of it; elsewhere a plain update does, at two thirds of the time.
 */
import { randomUUID } from 'node:crypto';
import type { AnyBulkWriteOperation } from 'mongodb';
import type { ModuleContext, OutboxDocument, OutboxRecord } from '#host';
import { productsOf, type CatalogueDocument } from './catalogue-store.ts';
import { stockLow } from './events.ts';
import { setAside, setAsideTelling, type ReservedLine } from './lines.ts';
import type { StockLine } from './reservation.ts';

type Write = AnyBulkWriteOperation<CatalogueDocument>;

export interface Wanted {
  orderId: string;
  lines: readonly StockLine[];
}

/** The attempts by which lines are set aside: by order, then by product. */
export type Held = ReadonlyMap<string, ReadonlyMap<string, string>>;

export interface SetAside {
  held: Held;
  /** The products of which nothing is left since. */
  soldOut: string[];
  /** The products of which little is left since, with the events that tell it. */
  low: OutboxDocument[];
}

/** Sets the lines of orders aside, as far as there is enough; what is held already stays. */
export async function setLinesAside(
  context: ModuleContext,
  wanted: readonly Wanted[],
): Promise<SetAside> {
  const products = productsOf(context.db);
  const threshold = context.config.LOW_STOCK_THRESHOLD;
  const ours: Ours = { attempts: new Set(), told: [] };
  // Each write has an attempt of its own: a line that the first one set aside may be decided on by
  // another process, and sold, before the second comes, which must not pass for it then.
  const attempt = (): string => {
    const id = randomUUID();
    ours.attempts.add(id);
    return id;
  };
  const telling = (orderId: string, line: StockLine): Write => {
    const low = stockLow.create({ productId: line.productId, stockQty: 0, threshold });
    ours.told.push(low);
    return setAsideTelling(orderId, line, attempt(), { threshold, low });
  };
  const all = wanted.flatMap(({ orderId, lines }) => lines.map((line) => ({ orderId, line })));
  const near = await nearThreshold(context, wanted);
  await products.bulkWrite(
    all.map(({ orderId, line }) =>
      near.has(line.productId)
        ? telling(orderId, line)
        : setAside(orderId, line, attempt(), threshold),
    ),
    // In the order of their coming: who orders first gets the last piece.
    { ordered: true },
  );
  const result = await lookAside(context, wanted, ours);
  // What others have brought near to the threshold in between.
  const missed = all.filter(
    ({ orderId, line: { productId } }) =>
      !near.has(productId) && !result.held.get(orderId)?.has(productId),
  );
  if (missed.length === 0) return result;
  await products.bulkWrite(
    missed.map(({ orderId, line }) => telling(orderId, line)),
    { ordered: true },
  );
  return lookAside(context, wanted, ours);
}

/** The products whose stock may come to the threshold if all that is wanted is set aside. */
async function nearThreshold(
  context: ModuleContext,
  wanted: readonly Wanted[],
): Promise<Set<string>> {
  const pieces = new Map<string, number>();
  for (const { productId, quantity } of wanted.flatMap(({ lines }) => lines))
    pieces.set(productId, (pieces.get(productId) ?? 0) + quantity);
  const found = await productsOf(context.db)
    .find({ _id: { $in: [...pieces.keys()] } })
    .project<Pick<CatalogueDocument, '_id' | 'stockQty'>>({ stockQty: 1 })
    .toArray();
  const { LOW_STOCK_THRESHOLD: threshold } = context.config;
  const far = found.filter(({ _id, stockQty }) => stockQty - pieces.get(_id)! > threshold);
  for (const { _id } of far) pieces.delete(_id);
  return new Set(pieces.keys());
}

/** The attempts that this process has made, and the events that they may have stored. */
interface Ours {
  attempts: Set<string>;
  told: OutboxRecord[];
}

/** What is set aside for orders now, and what our attempts have brought about. */
async function lookAside(
  context: ModuleContext,
  wanted: readonly Wanted[],
  { attempts, told }: Ours,
): Promise<SetAside> {
  const orderIds = wanted.map(({ orderId }) => orderId);
  const ids = new Set(wanted.flatMap(({ lines }) => lines.map(({ productId }) => productId)));
  const events = told.map(({ eventId }) => eventId);
  const rows = await productsOf(context.db)
    .aggregate<OutboxDocument & { stockQty: number; lines: ReservedLine[] }>([
      { $match: { _id: { $in: [...ids] } } },
      {
        $project: {
          stockQty: 1,
          lines: { $filter: { input: '$reserved', cond: { $in: ['$$this.orderId', orderIds] } } },
          outbox: {
            $filter: {
              input: { $ifNull: ['$outbox', []] },
              cond: { $in: ['$$this.eventId', events] },
            },
          },
        },
      },
    ])
    .toArray();
  const held = new Map<string, Map<string, string>>();
  for (const { _id, lines } of rows) {
    for (const line of lines) {
      const ofOrder = held.get(line.orderId) ?? new Map<string, string>();
      held.set(line.orderId, ofOrder.set(_id, line.attempt));
    }
  }
  const taken = rows.filter(({ lines }) => lines.some(({ attempt }) => attempts.has(attempt)));
  return {
    held,
    soldOut: taken.filter(({ stockQty }) => stockQty === 0).map(({ _id }) => _id),
    low: rows.filter(({ outbox = [] }) => outbox.length > 0),
  };
}
