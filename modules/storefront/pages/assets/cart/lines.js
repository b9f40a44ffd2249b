/** The lines of the cart: what is in it, at what price, and whether it can be had. */
import { setQuantity } from '../lib/cart.js';
import { MAX_QUANTITY } from '../lib/line.js';
import { button, element } from '../lib/dom.js';
import { CURRENCY, money } from '../lib/format.js';
import { pathOf, picture } from '../lib/products.js';

/** @import { Line } from '../lib/line.js' */
/** @import { Product } from '../lib/products.js' */

/** A line with its product, or null where the shop has it no longer. */
/** @typedef {Line & { product: Product | null }} Filled */

/**
 * Why a line cannot be ordered as it is, or undefined.
 *
 * @param {Filled} line
 * @returns {string | undefined}
 */
export function obstacle({ product, quantity }) {
  if (!product) return 'Not for sale any longer';
  if (product.currency !== CURRENCY) return 'Not for sale until it is priced anew';
  if (product.stockQty <= 0) return 'Sold out';
  if (product.stockQty < quantity) return `Only ${product.stockQty} left`;
  return undefined;
}

/**
 * What the lines cost together, in the smallest unit of the currency.
 *
 * @param {readonly Filled[]} lines
 */
export function totalOf(lines) {
  return lines.reduce((sum, { product, quantity }) => sum + (product?.price ?? 0) * quantity, 0);
}

/**
 * @param {Filled} line
 * @returns {HTMLElement}
 */
export function cartLine(line) {
  const { productId, product, quantity } = line;
  const hindrance = obstacle(line);
  const name = product?.name ?? `Product ${productId}`;
  return element(
    'li',
    { class: 'line' },
    product ? picture(product) : element('span', { class: 'picture', 'aria-hidden': 'true' }, '?'),
    element(
      'div',
      { class: 'line-text' },
      product ? element('a', { href: pathOf(productId) }, name) : name,
      product?.variantName && element('span', { class: 'card-variant' }, product.variantName),
      product &&
        element(
          'span',
          { class: 'card-variant' },
          `${money(product.price, product.currency, product.decimals)} each`,
        ),
      hindrance && element('strong', { class: 'stock stock-none' }, hindrance),
    ),
    element(
      'div',
      { class: 'line-quantity' },
      product && quantityField(line, name),
      button('Remove', () => setQuantity(productId, 0), {
        class: 'link-button',
        'aria-label': `Remove ${name}`,
      }),
    ),
    element(
      'span',
      { class: 'line-price' },
      product && money(product.price * quantity, product.currency, product.decimals),
    ),
  );
}

/**
 * @param {Filled} line
 * @param {string} name
 */
function quantityField({ productId, product, quantity }, name) {
  const field = element('input', {
    id: `quantity-${productId}`,
    type: 'number',
    min: 1,
    max: Math.min(product?.stockQty ?? 0, MAX_QUANTITY),
    value: quantity,
    inputmode: 'numeric',
    'aria-label': `Quantity of ${name}`,
  });
  field.addEventListener('change', () => {
    const wanted = Math.trunc(field.valueAsNumber);
    setQuantity(productId, Number.isNaN(wanted) ? quantity : Math.max(1, wanted));
  });
  return field;
}
