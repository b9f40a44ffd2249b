/** The cart: products and quantities alone, kept in this browser. Names and prices are the shop's. */

/** @typedef {{ productId: string, quantity: number }} Line */

const KEY = 'millrace.cart';
const CHANGED = 'millrace:cart';

/** Products of one order, and pieces of one product, at most; the API takes no more. */
export const MAX_LINES = 100;
export const MAX_QUANTITY = 1000;

/** @returns {Line[]} */
export function lines() {
  return read(localStorage.getItem(KEY));
}

/**
 * The lines that a stored text holds; whatever else it holds is left out.
 *
 * @param {string | null} text
 * @returns {Line[]}
 */
export function read(text) {
  /** @type {unknown} */
  let stored;
  try {
    stored = JSON.parse(text ?? '[]');
  } catch {
    return [];
  }
  return Array.isArray(stored) ? stored.filter(isLine).slice(0, MAX_LINES) : [];
}

/**
 * @param {unknown} value
 * @returns {value is Line}
 */
function isLine(value) {
  const { productId, quantity } = /** @type {Partial<Line>} */ (value ?? {});
  return (
    typeof productId === 'string' &&
    Number.isInteger(quantity) &&
    Number(quantity) >= 1 &&
    Number(quantity) <= MAX_QUANTITY
  );
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
  const held = lines().find((line) => line.productId === productId)?.quantity ?? 0;
  setQuantity(productId, held + quantity);
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
