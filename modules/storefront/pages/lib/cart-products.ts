/** What the shop says of the products in the cart: names, prices, and how many there are. */
import { computed, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ProductItem } from '../../../products/api.ts';
import { lines } from './cart.ts';
import { currency } from './format.ts';
import { findProduct } from './known-products.ts';
import type { Line } from './line.ts';

/** A line with its product: undefined until the shop has said, null where it has it no longer. */
export interface FilledLine extends Line {
  product: ProductItem | null | undefined;
}

const known = signal<ReadonlyMap<string, ProductItem | null>>(new Map());

/** Why the shop has not said; undefined where it has. */
export const failure = signal<unknown>(undefined);

/** The lines of the cart, each with its product. */
export const filledLines = computed<readonly FilledLine[]>(() =>
  lines.value.map((line) => ({ ...line, product: known.value.get(line.productId) })),
);

/** What can be had of the lines, together, in the smallest unit; undefined until all prices are there. */
export const subtotal = computed(() => {
  const all = filledLines.value;
  if (all.some(({ product }) => product === undefined)) return undefined;
  return all.reduce((sum, line) => sum + amountOf(line), 0);
});

/** How many pieces of a line can be had; what is not known yet is had. */
export function availableOf({ product, quantity }: FilledLine): number {
  if (product === undefined) return quantity;
  if (!product || product.currency !== currency()) return 0;
  return Math.min(Math.max(product.stockQty, 0), quantity);
}

/** What can be had of a line costs so much, in the smallest unit. */
export function amountOf(line: FilledLine): number {
  return (line.product?.price ?? 0) * availableOf(line);
}

/** Why a line cannot be had as it is, or undefined. */
export function obstacleOf(line: FilledLine): string | undefined {
  const { product, quantity } = line;
  if (availableOf(line) >= quantity) return undefined;
  if (!product) return 'No longer sold';
  if (product.currency !== currency()) return 'Not for sale at the moment';
  return product.stockQty <= 0 ? 'Sold out' : `Only ${product.stockQty} left`;
}

/** The name of a line's product, as far as it is known. */
export function nameOf({ product }: FilledLine): string {
  return product?.name ?? (product === null ? 'A product of before' : '…');
}

/** Asks the shop for the products in the cart: those that are not known yet, or all anew. */
export async function askForProducts({ anew = false } = {}): Promise<void> {
  const wanted = lines.value.filter(({ productId }) => anew || !known.value.has(productId));
  if (wanted.length === 0) return;
  try {
    const found = await Promise.all(
      wanted.map(
        async ({ productId }) =>
          [productId, await findProduct(productId, { fresh: true })] as const,
      ),
    );
    known.value = new Map([...known.value, ...found]);
    failure.value = undefined;
  } catch (error) {
    failure.value = error;
  }
}

/** Notes that there are only so many of these products, as the shop has said elsewhere. */
export function noteAvailable(products: readonly { productId: string; available?: number }[]) {
  const changed = new Map(known.value);
  for (const { productId, available = 0 } of products) {
    const product = changed.get(productId);
    if (product) changed.set(productId, { ...product, stockQty: available });
  }
  known.value = changed;
}

/** Keeps the products of the cart known while a part of the page shows it. */
export function useCartProducts(): void {
  useEffect(() => void askForProducts({ anew: true }), []);
  useEffect(() => void askForProducts(), [lines.value]);
}
