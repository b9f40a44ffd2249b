/** The catalogue in MongoDB: its collections, their indexes, and what is read by a product's id. */
import { Timestamp, type Binary, type Collection, type Db, type IndexDescription } from 'mongodb';
import { DomainError, type ModuleContext } from '#host';
import { settingsOf } from '../settings.ts';
import { createCatalogueCache, type CatalogueCache } from './cache.ts';
import type { ProductDetails, ProductDocument } from './product.ts';
import { fold, FOLDING, tokenize } from './tokenizer.ts';

/** What products are found by; derived from the details, and stored so that no start derives it anew. */
export interface SearchFields {
  /** Those of name and brand first, then those of its kind, then those of colours and shelves. */
  words: string[];
  folded: {
    /** The name as it is sorted by: of a long one only what a cursor can hold. */
    name: string;
    /** How many of the words are of name and brand. */
    ofName?: number;
    /** How many are of variant, category and sub-category. */
    ofKind?: number;
    /** The {@link FOLDING} that made it and the words. */
    by: number;
  };
}

/** Letters of a name that the list is sorted by. */
const MAX_SORTED_LENGTH = 200;

export interface CatalogueDocument extends ProductDocument, SearchFields {
  /** It belongs to the sample catalogue. */
  sample?: boolean;
  /**
   * Nothing shows it any more. The document stays: were its id used again, a version that began
   * anew would not replace the copies that others keep.
   */
  retired?: boolean;
  /** MongoDB's time of the last change that the list or a search may show, which stock is not. */
  changed?: Timestamp;
}

/** The time of a change, for a new document: MongoDB writes its own instead. */
export const CHANGED_NOW = new Timestamp(0n);
/** The time of a change, for an update. */
export const MARK_CHANGED = { $currentDate: { changed: { $type: 'timestamp' } } } as const;

export interface PictureDocument {
  /** The product's id. */
  _id: string;
  /** Media type. */
  type: string;
  bytes: Binary;
  /** Strong entity tag, with its quotes: the hash of type and bytes, by which it is addressed, too. */
  etag: string;
  /** As it is shown, in pixels; 0: nothing of it can be read. An earlier Millrace has not measured it. */
  width?: number;
  height?: number;
  /** The widest rendition, in pixels; 0: it is shown as it is. */
  widest?: number;
  /** The tag of the picture of the last import, where the operator has put this one in its place; empty: none. */
  replaces?: string;
}

/** By the product pictures are described, without their bytes; by the tag they are asked for. */
export const pictureIndexes: IndexDescription[] = [
  { name: 'described', key: { _id: 1, etag: 1, width: 1, height: 1, widest: 1 } },
  { name: 'etag', key: { etag: 1 } },
  { name: 'unmeasured', key: { width: 1 } },
];

/** The condition of what the operator sees. */
export const PRESENT = { retired: { $ne: true } };
/** The condition that every listing of the shop begins with. */
export const LISTED = { ...PRESENT, archived: { $ne: true } };

/** What is found without the catalogue's index in memory. */
export const productIndexes: IndexDescription[] = [
  { name: 'stock', key: { stockQty: 1, _id: 1 } },
  { name: 'updated', key: { updatedAt: 1 } },
  { name: 'changed', key: { changed: 1 } },
];

/** The catalogue of one process: where it is stored, published and cached, and what its prices are in. */
export interface Catalogue {
  readonly db: Db;
  readonly products: Collection<CatalogueDocument>;
  readonly pictures: Collection<PictureDocument>;
  readonly cache: CatalogueCache;
  readonly publish: ModuleContext['publish'];
  readonly unit: { currency: string; decimals: number };
}

export function openCatalogue(context: ModuleContext): Catalogue {
  const { db, publish, log } = context;
  const settings = settingsOf(context);
  return {
    db,
    products: productsOf(db),
    pictures: db.collection<PictureDocument>('images'),
    cache: createCatalogueCache(context.cache('cache', settings.CATALOGUE_CACHE_MS), log),
    publish,
    unit: { currency: settings.CURRENCY, decimals: settings.CURRENCY_DECIMALS },
  };
}

/** The collection of products, with what makes them be found. */
export function productsOf(db: Db): Collection<CatalogueDocument> {
  return db.collection<CatalogueDocument>('products');
}

/** Derives what a product is found by. */
export function searchFieldsOf(
  details: Pick<
    ProductDetails,
    'name' | 'brand' | 'variantName' | 'category' | 'subCategory' | 'colors' | 'displayCategories'
  >,
): SearchFields {
  const { name, variantName, brand, category, subCategory, colors, displayCategories } = details;
  const ofName = tokenize([name, brand]);
  const ofKind = tokenize([variantName, category, subCategory]);
  const known = new Set([...ofName, ...ofKind]);
  return {
    words: [...new Set([...ofName, ...ofKind, ...tokenize([...colors, ...displayCategories])])],
    folded: {
      name: fold(name).slice(0, MAX_SORTED_LENGTH).toWellFormed(),
      ofName: ofName.length,
      ofKind: known.size - ofName.length,
      by: FOLDING,
    },
  };
}

/** What no page of the shop shows. */
export const HIDDEN = {
  words: 0,
  takenQty: 0,
  stockChanges: 0,
  creation: 0,
  history: 0,
  outbox: 0,
} as const;
export type ShownDocument = Omit<CatalogueDocument, keyof typeof HIDDEN>;

/** A product that the shop shows, without what is {@link HIDDEN}, or null. */
export function findProduct(
  { products }: Catalogue,
  productId: string,
): Promise<ShownDocument | null> {
  return products.findOne<ShownDocument>({ _id: productId, ...LISTED }, { projection: HIDDEN });
}

/** The error of a call that names a product which the shop does not show. */
export function unknownProduct(productId: string): DomainError {
  return new DomainError('not-found', 'unknown-product', `There is no product ${productId}.`);
}

/** The picture of a product that the shop shows, or null. */
export async function findPicture(
  { products, pictures }: Catalogue,
  productId: string,
): Promise<PictureDocument | null> {
  const [product, picture] = await Promise.all([
    products.findOne({ _id: productId, ...LISTED }, { projection: { hasImage: 1 } }),
    pictures.findOne({ _id: productId }),
  ]);
  return product?.hasImage ? picture : null;
}
