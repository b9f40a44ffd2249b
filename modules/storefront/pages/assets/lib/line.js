/** The lines of a cart, as this browser keeps them. */

/** @typedef {{ productId: string, quantity: number }} Line */

/** Products of one order, and pieces of one product, at most; the API takes no more. */
export const MAX_LINES = 100;
export const MAX_QUANTITY = 1000;

/**
 * The lines that a stored text holds; whatever else it holds is left out.
 *
 * @param {string | null} text
 * @returns {Line[]}
 */
export function readLines(text) {
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
