/** A product as MongoDB holds it. */
import type { OutboxDocument, OutboxRecord } from '#host';
import { productUpdated } from './events.ts';
import type { ReservedLine } from './lines.ts';

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
  /** Sanitised HTML. */
  description: string;
  /** In the smallest unit of the currency. */
  price: number;
}

export interface ProductDocument extends OutboxDocument, ProductDetails {
  /** The product's id. */
  _id: string;
  currency: string;
  /** Rises with every change of the details. */
  version: number;
  /** Tells whether an import changes anything. */
  detailsHash: string;
  /** What can still be ordered: already without what is set aside. */
  stockQty: number;
  /** What is set aside, by order. */
  reserved: ReservedLine[];
  soldQty: number;
  /** Whether there is a picture of it. */
  hasImage: boolean;
  createdAt: Date;
  updatedAt: Date;
}

/** The product as an event for those who keep a copy. */
export function toEvent(
  product: Pick<
    ProductDocument,
    '_id' | 'version' | 'name' | 'brand' | 'category' | 'price' | 'currency'
  >,
): OutboxRecord {
  const { _id, version, name, brand, category, price, currency } = product;
  return productUpdated.create({ productId: _id, version, name, brand, category, price, currency });
}
