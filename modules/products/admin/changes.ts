/** The operator's changes of a product: its details, and its stock by pieces that came or went. */
import { isDeepStrictEqual } from 'node:util';
import type { ClientSession } from 'mongodb';
import { DomainError, type OutboxRecord } from '#host';
import { toEvent, type ProductDetails, type StockChange } from '../catalogue/product.ts';
import {
  LISTED,
  MARK_CHANGED,
  searchFieldsOf,
  unknownProduct,
  type Catalogue,
  type CatalogueDocument,
} from '../catalogue/store.ts';
import { stockChanged, stockLow } from '../events.ts';
import type { Inventory } from '../inventory/stock.ts';

/** Keys that a product remembers: the last ones. */
const KEYS = 50;

export type DetailChanges = Partial<Pick<ProductDetails, 'price' | 'name' | 'sizes'>>;

/**
 * Changes details of a product as its next version, and publishes it. Counts only on the version that
 * it was made from, so that an import at the same time and this lose nothing of each other.
 *
 * The hash of the details stays the one of the last import: the same import again changes nothing, and
 * one that says something new of the product sets all its details.
 *
 * @returns the product as it was, and as it is then
 * @throws DomainError where there is no such product
 */
export async function changeDetails(
  { products, cache, publish, unit }: Catalogue,
  productId: string,
  changes: DetailChanges,
): Promise<{ before: CatalogueDocument; product: CatalogueDocument }> {
  for (;;) {
    const stored = await products.findOne({ _id: productId, ...LISTED });
    if (!stored) throw unknownProduct(productId);
    // A new price is one in the shop's currency, whichever the old one was in.
    const set = { ...changes, ...(changes.price !== undefined && unit) };
    const changed = { ...stored, ...set };
    if (isDeepStrictEqual(changed, stored)) return { before: stored, product: stored };
    const version = stored.version + 1;
    const event = toEvent({ ...changed, version });
    const after = await products.findOneAndUpdate(
      { _id: productId, version: stored.version },
      {
        $set: { ...set, ...searchFieldsOf(changed), version, updatedAt: new Date() },
        ...MARK_CHANGED,
        $push: { outbox: event },
      },
      { returnDocument: 'after' },
    );
    if (!after) continue;
    await cache.dropWritten([productId]);
    // The operator need not wait for Redis: the outbox holds the event.
    void publish('products', [{ _id: productId, outbox: [event] }]);
    return { before: stored, product: after };
  }
}

export interface WantedChange {
  productId: string;
  /** Pieces that come, or go where it is negative. */
  change: number;
  reason: string | undefined;
  /** The idempotency key. */
  key: string | undefined;
  trace: { traceparent: string };
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
  const { productId, change, reason, key, trace } = wanted;
  const product = await products.findOne(
    { _id: productId, ...LISTED },
    { session, projection: { stockQty: 1, stockChanges: 1 } },
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
