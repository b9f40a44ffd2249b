/** A product that the operator creates: stored as an import of its one line would store it. */
import { createHash } from 'node:crypto';
import { DomainError, isDuplicateKey } from '#host';
import { cleanDetails, type DetailChanges } from '../catalogue/details.ts';
import type { ProductDetails } from '../catalogue/product.ts';
import type { Catalogue, CatalogueDocument } from '../catalogue/store.ts';
import { newDocument, planProduct, updateOf, type ProductLines } from '../import/plan.ts';

export interface NewProduct {
  productId: string;
  written: DetailChanges & { name: string; price: number };
  stockQty: number;
  /** The idempotency key. */
  key: string | undefined;
  by: string | null;
}

/**
 * Creates a product and publishes it. One with a key that was created by the same request already is given
 * as it is.
 *
 * @throws DomainError where the number is taken, or the key belongs to another request
 */
export async function createProduct(
  catalogue: Catalogue,
  wanted: NewProduct,
): Promise<CatalogueDocument> {
  const { products, cache, publish } = catalogue;
  const { productId: _id, key } = wanted;
  const { pictureAlt } = cleanDetails(wanted.written);
  const extra = {
    ...(pictureAlt && { pictureAlt }),
    ...(key !== undefined && { creation: { key, request: digest(wanted) } }),
  };
  const lines = linesOf(catalogue, wanted);
  const stored = await products.findOne({ _id });
  if (stored && !stored.retired) return asCreated(stored, wanted);
  const plan = planProduct(stored ?? undefined, lines);
  const document = { ...newDocument(plan, lines), ...extra };
  if (stored) {
    // A sample product had the number, which nothing shows any more.
    const update = updateOf(plan, lines) as { $set: object };
    const taken = await products.updateOne(
      { _id, version: stored.version },
      { ...update, $set: { ...update.$set, ...extra } },
    );
    if (taken.matchedCount === 0) return createProduct(catalogue, wanted);
  } else
    try {
      await products.insertOne(document);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return createProduct(catalogue, wanted);
    }
  await cache.dropWritten([_id]);
  // The operator need not wait for Redis: the outbox holds the event.
  void publish('products', [{ _id, outbox: plan.outbox }]);
  return document;
}

function linesOf(
  { unit }: Catalogue,
  { productId, written, stockQty, by }: NewProduct,
): ProductLines {
  const { sizes = [], ...details } = cleanDetails(written);
  delete details.pictureAlt;
  const none: ProductDetails = {
    name: '',
    variantName: '',
    brand: '',
    category: '',
    subCategory: '',
    displayCategories: [],
    gender: '',
    ageGroup: '',
    season: '',
    usage: '',
    colors: [],
    description: '',
    price: 0,
  };
  const all = { ...none, ...details, ...(sizes.length > 0 && { sizes }) };
  const items = [{ line: 1, productId, stockQty, details: all }];
  return { items, ...unit, pictured: false, sample: false, by, what: 'created' };
}

/** The product that is there, where the same request has created it. */
function asCreated(stored: CatalogueDocument, wanted: NewProduct): CatalogueDocument {
  const { productId, key } = wanted;
  const { creation } = stored;
  if (key !== undefined && creation?.key === key) {
    if (creation.request === digest(wanted)) return stored;
    throw new DomainError(
      'unprocessable',
      'idempotency-key-reused',
      'This Idempotency-Key belongs to another product; a new one needs a new key.',
    );
  }
  const where = stored.archived ? ' It is archived, and can be restored.' : '';
  throw new DomainError(
    'conflict',
    'product-exists',
    `There is a product ${productId} already.${where} Change that one, or take another number.`,
    { archived: stored.archived === true },
  );
}

function digest({ productId, written, stockQty }: NewProduct): string {
  const sorted = Object.entries({ ...written, productId, stockQty }).toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64url');
}
