/** A product as MongoDB holds it. */
import type { OutboxDocument, OutboxRecord } from '#host';
import { productUpdated } from '../events.ts';

/** What the catalogue says of a product; the rest of {@link ProductDocument} is its life. */
export interface ProductDetails {
  name: string;
  variantName: string;
  brand: string;
  category: string;
  subCategory: string;
  /** The shelves of the shop that show it, for example `Sale`. */
  displayCategories: string[];
  gender: string;
  ageGroup: string;
  season: string;
  usage: string;
  colors: string[];
  /** None where it says nothing of them; what an earlier Millrace has imported does not, either. */
  sizes?: string[];
  /** Sanitised HTML. */
  description: string;
  /** In the smallest unit of the currency. */
  price: number;
}

/** The details of which an operator is told before and after; their names are those of the REST calls. */
export const DETAILS = [
  'name',
  'variantName',
  'brand',
  'category',
  'subCategory',
  'displayCategories',
  'gender',
  'ageGroup',
  'season',
  'usage',
  'colors',
  'sizes',
  'description',
  'price',
  'pictureAlt',
] as const;

export interface ProductDocument extends OutboxDocument, ProductDetails {
  /** The product's id. */
  _id: string;
  currency: string;
  /** How many decimals that unit has; what an earlier Millrace has imported does not say. */
  decimals?: number;
  /** Rises with every change of the details. */
  version: number;
  /**
   * Of what the last import said; an import that says the same changes nothing. So what the operator
   * has changed since stays until an import says something new of the product.
   */
  detailsHash: string;
  /** What can still be ordered: already without what is reserved. */
  stockQty: number;
  /** Pieces that orders have taken, reserved or sold; which of the two, their reservations say. */
  takenQty: number;
  /** The operator's last changes of the stock that had a key, so that none is made twice. */
  stockChanges?: KeyedChange[];
  /** Whether there is a picture of it. */
  hasImage: boolean;
  /** Whether there was one at the last import, where the operator has put one there since or taken it away. */
  importedImage?: boolean;
  /** What its picture shows, for those who do not see it; none: its name says it. */
  pictureAlt?: string;
  /** The operator has taken it out of the shop: it is neither shown nor sold, and can come back. */
  archived?: boolean;
  /** The request that created it, where that had an idempotency key. */
  creation?: { key: string; request: string };
  /** Its last changes, the latest last. */
  history?: HistoryEntry[];
  createdAt: Date;
  updatedAt: Date;
}

/** A change of the stock, and what there was after it. */
export interface StockChange {
  /** Pieces that came, or went where it is negative. */
  change: number;
  reason?: string;
  stockQty: number;
}

/** A value of a product as its history keeps it: cut, where it is long. */
export type Kept = string | number | boolean | null;

/** What was changed of a product, by whom. */
export interface HistoryEntry {
  at: Date;
  /** The operator's name; null: the command line. */
  by: string | null;
  what: 'created' | 'changed' | 'imported' | 'archived' | 'restored' | 'picture' | 'stock';
  /** Of the details since. */
  version: number;
  changes: { field: string; before: Kept; after: Kept }[];
  /** Why, where somebody said so. */
  reason?: string;
}

export interface KeyedChange extends StockChange {
  /** The idempotency key. */
  key: string;
}

/** The product as an event for those who keep a copy. */
export function toEvent(
  product: Pick<
    ProductDocument,
    | '_id'
    | 'version'
    | 'name'
    | 'brand'
    | 'category'
    | 'price'
    | 'currency'
    | 'decimals'
    | 'archived'
  >,
): OutboxRecord {
  const { _id: productId, version, name, brand, category, price, currency, decimals } = product;
  const unit = { currency, ...(decimals !== undefined && { decimals }) };
  const archived = product.archived === true && { archived: true };
  return productUpdated.create({
    productId,
    version,
    name,
    brand,
    category,
    price,
    ...unit,
    ...archived,
  });
}
