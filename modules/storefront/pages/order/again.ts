/** Ordering the same again: what can still be had goes into the cart. */
import { MAX_LINES, MAX_QUANTITY, type Line } from '../lib/line.ts';

/** What the shop has of a product now; null where it has it no more. */
export type Stock = { stockQty: number } | null;

export interface Again {
  /** The cart as it is then. */
  lines: Line[];
  /** Pieces that came into it. */
  added: number;
  /** What cannot be had, or not all of it, each as a sentence without its end. */
  missing: { productId: string; name: string; why: string }[];
}

/**
 * Puts the items of an order into a cart, each as often as it was ordered and as the shop has it. What is in
 * the cart stays there.
 */
export function orderAgain(
  items: readonly { productId: string; name: string; quantity: number }[],
  cart: readonly Line[],
  stockOf: (productId: string) => Stock,
): Again {
  const lines = new Map(cart.map(({ productId, quantity }) => [productId, quantity]));
  const again: Again = { lines: [], added: 0, missing: [] };
  for (const { productId, name, quantity } of items) {
    const before = lines.get(productId) ?? 0;
    const stock = stockOf(productId);
    const most = Math.min(stock?.stockQty ?? 0, MAX_QUANTITY);
    const fits = before > 0 || lines.size < MAX_LINES;
    const taken = fits ? Math.max(0, Math.min(quantity, most - before)) : 0;
    if (taken > 0) lines.set(productId, before + taken);
    again.added += taken;
    if (taken < quantity) again.missing.push({ productId, name, why: whyNot(stock, most, fits) });
  }
  return { ...again, lines: [...lines].map(([productId, quantity]) => ({ productId, quantity })) };
}

function whyNot(stock: Stock, most: number, fits: boolean): string {
  if (!stock) return 'no longer in the shop';
  if (most <= 0) return 'sold out';
  return fits ? `only ${most} left` : 'no room in the cart';
}
