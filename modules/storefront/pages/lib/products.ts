/** Products as pages show them. */
import type { ProductItem } from '../../../products/api.ts';

/** Up to how many pieces a product is shown as one of the last. */
const FEW = 5;

/** The page of a product. */
export function productPath(productId: string): string {
  return `/products/${encodeURIComponent(productId)}`;
}

/** What the stock means to a customer. */
export function availability({ stockQty }: Pick<ProductItem, 'stockQty'>): {
  text: string;
  kind: 'good' | 'few' | 'none';
} {
  if (stockQty <= 0) return { text: 'Sold out', kind: 'none' };
  if (stockQty <= FEW) return { text: `Only ${stockQty} left`, kind: 'few' };
  return { text: 'In stock', kind: 'good' };
}
