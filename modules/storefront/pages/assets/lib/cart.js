/** The cart: products and quantities alone, kept in this browser. Names and prices are the shop's. */
import { MAX_QUANTITY, readLines } from './line.js';

/** @import { Line } from './line.js' */

const KEY = 'millrace.cart';
const CHANGED = 'millrace:cart';

/** @returns {Line[]} */
export function lines() {
  return readLines(localStorage.getItem(KEY));
}

/** How many pieces are in the cart. */
export function pieces() {
  return lines().reduce((sum, { quantity }) => sum + quantity, 0);
}

/**
 * Puts more pieces of a product into the cart.
 *
 * @param {string} productId
 * @param {number} quantity
 */
export function add(productId, quantity) {
  const inCart = lines().find((line) => line.productId === productId)?.quantity ?? 0;
  setQuantity(productId, inCart + quantity);
}

/**
 * Sets how many pieces of a product are in the cart; 0 takes it out.
 *
 * @param {string} productId
 * @param {number} quantity
 */
export function setQuantity(productId, quantity) {
  const bounded = Math.min(Math.max(quantity, 0), MAX_QUANTITY);
  const known = lines();
  const changed = known.some((line) => line.productId === productId)
    ? known.map((line) => (line.productId === productId ? { productId, quantity: bounded } : line))
    : [...known, { productId, quantity: bounded }];
  write(changed.filter((line) => line.quantity > 0));
}

/**
 * Takes out what was ordered; what came into the cart since stays.
 *
 * @param {readonly Line[]} ordered
 */
export function takeOut(ordered) {
  const bought = new Map(ordered.map(({ productId, quantity }) => [productId, quantity]));
  const left = lines().map(({ productId, quantity }) => ({
    productId,
    quantity: quantity - (bought.get(productId) ?? 0),
  }));
  write(left.filter(({ quantity }) => quantity > 0));
}

/**
 * Calls back whenever the cart changes, here or in another tab.
 *
 * @param {() => void} listener
 */
export function onChange(listener) {
  addEventListener(CHANGED, listener);
  addEventListener('storage', ({ key }) => {
    if (key === KEY || key === null) listener();
  });
}

/** @param {Line[]} changed */
function write(changed) {
  localStorage.setItem(KEY, JSON.stringify(changed));
  dispatchEvent(new Event(CHANGED));
}
