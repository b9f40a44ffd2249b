/** The operator's changes of a stock: by pieces that came or went. */
import type { ClientSession } from 'mongodb';
import { DomainError, type OutboxRecord } from '#host';
import { keep } from '../catalogue/history.ts';
import type { StockChange } from '../catalogue/product.ts';
import { PRESENT, unknownProduct } from '../catalogue/store.ts';
import { stockChanged, stockLow } from '../events.ts';
import type { Inventory } from '../inventory/stock.ts';

/** Keys that a product remembers: the last ones. */
const KEYS = 50;

export interface WantedChange {
  productId: string;
  /** Pieces that come, or go where it is negative. */
  change: number;
  reason: string | undefined;
  /** The idempotency key. */
  key: string | undefined;
  trace: { traceparent: string };
  /** Who changes it. */
  by: string | null;
}

/**
 * Changes what there is of a product, and reports it in the same transaction. With a key that the
 * product remembers nothing happens, and the answer is the one of that time.
 *
 * @throws DomainError where there is no such product, not enough of it, or the key was used otherwise
 */
export async function changeStock(
  inventory: Inventory,
  wanted: WantedChange,
): Promise<StockChange> {
  const { productId } = wanted;
  const { made, outbox } = await inventory.transaction((session) =>
    makeChange(inventory, wanted, session),
  );
  if (outbox.length === 0) return made;
  await inventory.catalogue.cache.dropWritten([productId]);
  // The operator need not wait for Redis: the outbox holds the events.
  void inventory.publish('products', [{ _id: productId, outbox }]);
  return made;
}

async function makeChange(
  { catalogue: { products }, threshold }: Inventory,
  wanted: WantedChange,
  session: ClientSession,
): Promise<{ made: StockChange; outbox: OutboxRecord[] }> {
  const { productId, change, reason, key, trace, by } = wanted;
  const product = await products.findOne(
    { _id: productId, ...PRESENT },
    { session, projection: { stockQty: 1, stockChanges: 1, version: 1 } },
  );
  if (!product) throw unknownProduct(productId);
  const earlier = product.stockChanges?.find((one) => one.key === key);
  if (earlier) return { made: sameRequest(earlier, wanted), outbox: [] };
  const stockQty = product.stockQty + change;
  if (stockQty < 0) throw notEnough(productId, product.stockQty);
  const made = { change, ...(reason !== undefined && { reason }), stockQty };
  const outbox = [stockChanged.create({ productId, ...made }, trace)];
  if (product.stockQty > threshold && stockQty <= threshold)
    outbox.push(stockLow.create({ productId, stockQty, threshold }, trace));
  await products.updateOne(
    { _id: productId },
    {
      $set: { stockQty },
      $push: {
        outbox: { $each: outbox },
        history: keep({
          at: new Date(),
          by,
          what: 'stock',
          version: product.version,
          changes: [{ field: 'stockQty', before: product.stockQty, after: stockQty }],
          ...(reason !== undefined && { reason }),
        }),
        ...(key !== undefined && { stockChanges: { $each: [{ key, ...made }], $slice: -KEYS } }),
      },
    },
    { session },
  );
  return { made, outbox };
}

/** The earlier answer, where it was the same request. */
function sameRequest(earlier: StockChange, { change, reason }: WantedChange): StockChange {
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
