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

export interface KeyedChange extends StockChange {
  /** The idempotency key. */
  key: string;
}

/** The product as an event for those who keep a copy. */
export function toEvent(
  product: Pick<
    ProductDocument,
    '_id' | 'version' | 'name' | 'brand' | 'category' | 'price' | 'currency' | 'decimals'
  >,
): OutboxRecord {
  const { _id: productId, version, name, brand, category, price, currency, decimals } = product;
  const unit = { currency, ...(decimals !== undefined && { decimals }) };
  return productUpdated.create({ productId, version, name, brand, category, price, ...unit });
}
