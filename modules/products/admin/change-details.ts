/** The operator's changes of what the catalogue says of a product. */
import type { ModuleContext } from '#host';
import { dropWritten } from '../catalogue/cache.ts';
import {
  findableBy,
  LISTED,
  MARK_CHANGED,
  productsOf,
  unknownProduct,
  type CatalogueDocument,
} from '../catalogue/store.ts';
import { toEvent, type ProductDetails } from '../catalogue/product.ts';
import { settingsOf } from '../settings.ts';

export type DetailChanges = Partial<Pick<ProductDetails, 'price' | 'name'>>;

const unitOf = (context: ModuleContext) => {
  const { CURRENCY: currency, CURRENCY_DECIMALS: decimals } = settingsOf(context);
  return { currency, decimals };
};

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
  context: ModuleContext,
  productId: string,
  changes: DetailChanges,
): Promise<CatalogueDocument> {
  const products = productsOf(context.db);
  for (;;) {
    const stored = await products.findOne({ _id: productId, ...LISTED });
    if (!stored) throw unknownProduct(productId);
    // A new price is one in the shop's currency, whichever the old one was in.
    const set = { ...changes, ...(changes.price !== undefined && unitOf(context)) };
    const changed = { ...stored, ...set };
    const isSame = (field: keyof typeof changed): boolean => changed[field] === stored[field];
    if ((['price', 'name', 'currency', 'decimals'] as const).every(isSame)) return stored;
    const version = stored.version + 1;
    const event = toEvent({ ...changed, version });
    const after = await products.findOneAndUpdate(
      { _id: productId, version: stored.version },
      {
        $set: { ...set, ...findableBy(changed), version, updatedAt: new Date() },
        ...MARK_CHANGED,
        $push: { outbox: event },
      },
      { returnDocument: 'after' },
    );
    if (!after) continue;
    await dropWritten(context, [productId]);
    // The operator need not wait for Redis: the outbox holds the event.
    void context.publish('products', [{ _id: productId, outbox: [event] }]);
    return after;
  }
}
