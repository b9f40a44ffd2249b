/** The operator's changes of a stock: pieces that came, or went. */
import type { Document } from 'mongodb';
import { DomainError, type ModuleContext, type OutboxRecord } from '#host';
import { dropWritten } from './catalogue-cache.ts';
import { LISTED, productsOf, unknownProduct, type CatalogueDocument } from './catalogue-store.ts';
import { stockChanged, stockLow } from './events.ts';
import type { StockChange } from './product.ts';

/** Keys that a product remembers: the last ones. */
const KEYS = 50;

export interface Wanted {
  productId: string;
  /** Pieces that come, or go where it is negative. */
  change: number;
  reason: string | undefined;
  /** The idempotency key. */
  key: string | undefined;
  trace: { traceparent: string };
}

/**
 * Changes what there is of a product, and reports it in the same write. With a key that the product
 * remembers nothing happens, and the answer is the one of that time.
 *
 * @throws DomainError where there is no such product, not enough of it, or the key was used otherwise
 */
export async function changeStock(context: ModuleContext, wanted: Wanted): Promise<StockChange> {
  for (;;) {
    const made = await tryChange(context, wanted);
    if (made) return made;
    const { productId, change, key } = wanted;
    const product = await productsOf(context.db).findOne(
      { _id: productId, ...LISTED },
      { projection: { stockQty: 1, stockChanges: 1 } },
    );
    if (!product) throw unknownProduct(productId);
    const earlier = product.stockChanges?.find((one) => one.key === key);
    if (earlier) return sameRequest(earlier, wanted);
    if (product.stockQty + change < 0) throw notEnough(productId, product.stockQty);
    // An order has given something back meanwhile.
  }
}

async function tryChange(
  context: ModuleContext,
  { productId, change, reason, key, trace }: Wanted,
): Promise<StockChange | undefined> {
  const threshold = context.config.LOW_STOCK_THRESHOLD;
  const because = reason !== undefined && { reason };
  const changed = stockChanged.create({ productId, change, stockQty: 0, ...because }, trace);
  const low = stockLow.create({ productId, stockQty: 0, threshold }, trace);
  const reported = reportedChange({ change, threshold, changed, low });
  const keyed = {
    $mergeObjects: [{ $literal: { key, change, ...because } }, { stockQty: reported['stockQty'] }],
  };
  const stockChanges = {
    $slice: [{ $concatArrays: [{ $ifNull: ['$stockChanges', []] }, [keyed]] }, -KEYS],
  };
  const after = await productsOf(context.db).findOneAndUpdate(
    {
      _id: productId,
      ...LISTED,
      stockQty: { $gte: -change },
      ...(key !== undefined && { 'stockChanges.key': { $ne: key } }),
    },
    [{ $set: { ...reported, ...(key !== undefined && { stockChanges }) } }],
    { returnDocument: 'after', projection: { stockQty: 1, outbox: 1 } },
  );
  if (!after) return undefined;
  await dropWritten(context, [productId]);
  // The operator need not wait for Redis: the outbox holds the events.
  void context.publish('products', [ofThisChange(after, [changed.eventId, low.eventId])]);
  return { change, ...because, stockQty: after.stockQty };
}

interface ReportedChange {
  /** Pieces that come, or go where it is negative. */
  change: number;
  /** The stock at and below which little is left. */
  threshold: number;
  /** Told where the change takes the stock to the threshold; the write puts its `stockQty` in. */
  low: OutboxRecord;
  /** Told in any case; the write puts its `stockQty` in. */
  changed?: OutboxRecord;
}

/** The fields that such a change sets, for the `$set` stage of an update by pipeline. */
function reportedChange({ change, threshold, low, changed }: ReportedChange): Document {
  const stockQty = { $add: ['$stockQty', change] };
  const becomesLow = {
    $and: [{ $gt: ['$stockQty', threshold] }, { $lte: [stockQty, threshold] }],
  };
  const told = (event: OutboxRecord): Document => ({
    // As a long, since a large number would else be written with an exponent.
    $mergeObjects: [{ $literal: event }, { stockQty: { $toString: { $toLong: stockQty } } }],
  });
  return {
    stockQty,
    outbox: {
      $concatArrays: [
        { $ifNull: ['$outbox', []] },
        changed ? [told(changed)] : [],
        { $cond: [becomesLow, [told(low)], []] },
      ],
    },
  };
}

/** The document with the events of one change alone; others publish theirs. */
function ofThisChange({ _id, outbox = [] }: CatalogueDocument, eventIds: readonly string[]) {
  return { _id, outbox: outbox.filter(({ eventId }) => eventIds.includes(eventId)) };
}

/** The earlier answer, where it was the same request. */
function sameRequest(earlier: StockChange, { change, reason }: Wanted): StockChange {
  if (earlier.change === change && earlier.reason === reason) return earlier;
  throw new DomainError(
    'unprocessable',
    'idempotency-key-reused',
    'This Idempotency-Key belongs to another change; a new change needs a new key.',
  );
}

function notEnough(productId: string, available: number): DomainError {
  const message = `Of product ${productId} only ${available} can be taken away.`;
  return new DomainError('conflict', 'not-enough-stock', message, { available });
}
