/** Putting a product into the cart, no more of it than there is. */
import { add, lines } from '../lib/cart.js';
import { element, fill } from '../lib/dom.js';
import { MAX_LINES, MAX_QUANTITY } from '../lib/line.js';

/** @import { Product } from '../lib/products.js' */

/**
 * The form that puts pieces of a product into the cart.
 *
 * @param {Product} product
 */
export function buying({ productId, stockQty }) {
  const most = Math.min(stockQty, MAX_QUANTITY);
  const quantity = element('input', {
    id: 'quantity',
    type: 'number',
    min: 1,
    max: most,
    value: 1,
    required: true,
    inputmode: 'numeric',
  });
  const said = element('p', { class: 'said', role: 'status' });
  const form = element(
    'form',
    { class: 'buying' },
    element('label', { for: 'quantity' }, 'Quantity'),
    quantity,
    element('button', { type: 'submit', class: 'primary' }, 'Add to cart'),
    said,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    fill(said, ...putIntoCart(productId, quantity.valueAsNumber, most));
  });
  return form;
}

/**
 * @param {string} productId
 * @param {number} wanted
 * @param {number} most
 * @returns {(Node | string)[]} what is said of it
 */
function putIntoCart(productId, wanted, most) {
  const cart = lines();
  const inCart = cart.find((line) => line.productId === productId)?.quantity ?? 0;
  const link = element('a', { href: '/cart' }, 'See your cart');
  if (inCart === 0 && cart.length >= MAX_LINES)
    return [`The cart holds ${MAX_LINES} products at most. `, link];
  if (inCart >= most) return [`Your cart holds all ${most} that there are. `, link];
  add(productId, Math.min(wanted, most - inCart));
  return [`In your cart: ${Math.min(inCart + wanted, most)}. `, link];
}
