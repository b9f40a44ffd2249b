/** Prices that were perhaps a slip: changed by much, or to nothing. */
import { DomainError } from '#host';

/** A change by more than this part of the old price is large. */
export const LARGE_PART = 0.5;

interface Price {
  price: number;
  currency: string;
  decimals?: number;
}

/** Whether a price changes by more than half, or to or from nothing. */
export function isLargeChange(before: Price, after: Price): boolean {
  if (before.price === after.price) return false;
  if (after.price === 0 || before.price === 0) return true;
  // Prices in different units are not compared: what the old one is worth is not known.
  const isSameUnit =
    before.currency === after.currency && (before.decimals ?? after.decimals) === after.decimals;
  return isSameUnit && Math.abs(after.price - before.price) > before.price * LARGE_PART;
}

/** @throws DomainError where the change is large */
export function checkPrice(before: Price & { _id: string }, after: Price): void {
  if (!isLargeChange(before, after)) return;
  const { _id, price: oldPrice } = before;
  const { price: newPrice } = after;
  throw new DomainError(
    'conflict',
    'large-price-change',
    `The price of product ${_id} would change from ${oldPrice} to ${newPrice}. Send "confirm": true, too, if that is meant.`,
    { oldPrice, newPrice },
  );
}
