/** The cart: products and quantities alone, kept in this browser. Names and prices are the shop's. */
import { computed, signal } from '@preact/signals';
import { MAX_QUANTITY, readLines, type Line } from './line.ts';

const KEY = 'millrace.cart';

/** The lines of the cart; none on the server, and in the browser until the page is there. */
export const lines = signal<readonly Line[]>([]);

/** Whether the cart of this browser was read already. */
export const isRead = signal(false);

/** Whether the cart is shown at the side of the page. */
export const isDrawerOpen = signal(false);

/** How many pieces are in the cart. */
export const pieces = computed(() => lines.value.reduce((sum, { quantity }) => sum + quantity, 0));

/** Reads the cart of this browser, now and whenever another tab changes it. */
export function openCart(): void {
  read();
  isRead.value = true;
  addEventListener('storage', ({ key }) => {
    if (key === KEY || key === null) read();
  });
}

function read(): void {
  lines.value = readLines(localStorage.getItem(KEY));
}

/** How many pieces of a product are in the cart. */
export function quantityOf(productId: string): number {
  return lines.value.find((line) => line.productId === productId)?.quantity ?? 0;
}

/** Puts more pieces of a product into the cart. */
export function add(productId: string, quantity: number): void {
  setQuantity(productId, quantityOf(productId) + quantity);
}

/** Sets how many pieces of a product are in the cart; 0 takes it out. */
export function setQuantity(productId: string, quantity: number): void {
  const bounded = Math.min(Math.max(quantity, 0), MAX_QUANTITY);
  const known = lines.value;
  const changed = known.some((line) => line.productId === productId)
    ? known.map((line) => (line.productId === productId ? { productId, quantity: bounded } : line))
    : [...known, { productId, quantity: bounded }];
  write(changed.filter((line) => line.quantity > 0));
}

/** Takes out what was ordered; what came into the cart since stays. */
export function takeOut(ordered: readonly Line[]): void {
  const bought = new Map(ordered.map(({ productId, quantity }) => [productId, quantity]));
  const left = lines.value.map(({ productId, quantity }) => ({
    productId,
    quantity: quantity - (bought.get(productId) ?? 0),
  }));
  write(left.filter(({ quantity }) => quantity > 0));
}

/** Puts other lines in the place of all; what took a line out gives back what was there. */
export function write(changed: readonly Line[]): void {
  lines.value = changed;
  localStorage.setItem(KEY, JSON.stringify(changed));
}
