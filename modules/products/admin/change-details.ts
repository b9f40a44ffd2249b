/** The operator's changes of what the catalogue says of a product. */
import {
  searchFieldsOf,
  LISTED,
  MARK_CHANGED,
  unknownProduct,
  type Catalogue,
  type CatalogueDocument,
} from '../catalogue/store.ts';
import { toEvent, type ProductDetails } from '../catalogue/product.ts';

export type DetailChanges = Partial<Pick<ProductDetails, 'price' | 'name'>>;

/**
 * Changes details of a product as its next version, and publishes it. Counts only on the version that
 * it was made from, so that an import at the same time and this lose nothing of each other.
 *
 * The hash of the details stays the one of the last import: the same import again changes nothing, and
 * one that says something new of the product sets all its details.
 *
 * @returns the product as it is then
 * @throws DomainError where there is no such product
 */
export async function changeDetails(
  { products, cache, publish, unit }: Catalogue,
  productId: string,
  changes: DetailChanges,
): Promise<CatalogueDocument> {
  for (;;) {
    const stored = await products.findOne({ _id: productId, ...LISTED });
    if (!stored) throw unknownProduct(productId);
    // A new price is one in the shop's currency, whichever the old one was in.
    const set = { ...changes, ...(changes.price !== undefined && unit) };
    const changed = { ...stored, ...set };
    const isSame = (field: keyof typeof changed): boolean => changed[field] === stored[field];
    if ((['price', 'name', 'currency', 'decimals'] as const).every(isSame)) return stored;
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
    return after;
  }
}
