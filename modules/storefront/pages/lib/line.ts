/** The lines of a cart, as this browser keeps them. */

export interface Line {
  productId: string;
  quantity: number;
}

/** Products of one order, and pieces of one product, at most; the API takes no more. */
export const MAX_LINES = 100;
export const MAX_QUANTITY = 1000;

/** The lines that a stored text holds; whatever else it holds is left out. */
export function readLines(text: string | null): Line[] {
  let stored: unknown;
  try {
    stored = JSON.parse(text ?? '[]');
  } catch {
    return [];
  }
  return Array.isArray(stored) ? stored.filter(isLine).slice(0, MAX_LINES) : [];
}

function isLine(value: unknown): value is Line {
  const { productId, quantity } = (value ?? {}) as Partial<Line>;
  return (
    typeof productId === 'string' &&
    Number.isInteger(quantity) &&
    Number(quantity) >= 1 &&
    Number(quantity) <= MAX_QUANTITY
  );
}
