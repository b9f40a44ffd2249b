/** The cart's page: its lines, what they cost, and the order that is made of them. */
import { isSame, submission, unanswered } from './cart/submission.js';
import { checkOut } from './cart/checkout.js';
import { leftover } from './cart/leftover.js';
import { cartLine, obstacle, totalOf } from './cart/lines.js';
import { lines, onChange } from './lib/cart.js';
import { button, byId, element, fill, keepingFocus } from './lib/dom.js';
import { money } from './lib/format.js';
import { Problem } from './lib/http.js';
import { getProduct } from './lib/products.js';
import { empty, linkButton, loading, notice, problem } from './lib/states.js';

/** @import { Filled } from './cart/lines.js' */
/** @import { Line } from './lib/line.js' */
/** @import { Product } from './lib/products.js' */

const cart = byId('cart', HTMLElement);
const above = byId('unanswered', HTMLElement);

/** What the shop says of the products in the cart. @type {Map<string, Product | null>} */
const known = new Map();

/** Whether an order is being placed: the cart that it empties is not shown empty on the way to it. */
let isPlacing = false;

async function show() {
  const inCart = lines();
  if (inCart.some(({ productId }) => !known.has(productId))) {
    if (known.size === 0) fill(cart, loading('Looking for your products…'));
    try {
      await Promise.all(inCart.map(({ productId }) => lookUp(productId)));
    } catch (error) {
      fill(cart, problem(error, show));
      return;
    }
  }
  keepingFocus(showLines);
}

/** @param {string} productId */
async function lookUp(productId) {
  if (known.has(productId)) return;
  const product = await getProduct(productId).catch((/** @type {unknown} */ error) => {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  });
  known.set(productId, product);
}

function showLines() {
  const filled = lines().map((line) => ({ ...line, product: known.get(line.productId) ?? null }));
  showUnanswered();
  if (filled.length === 0) {
    fill(
      cart,
      empty('Nothing in it yet', 'What you choose waits here.', linkButton('/', 'To the shop')),
    );
    return;
  }
  fill(cart, element('ul', { class: 'lines' }, ...filled.map(cartLine)), summary(filled));
}

/** @param {readonly Filled[]} filled */
function summary(filled) {
  const isBlocked = filled.some(obstacle) || hasOther(filled);
  const said = element('div', { id: 'said' });
  const order = button('Place the order', () => placeOrder(order, said), {
    id: 'place-order',
    class: 'primary',
    disabled: isBlocked,
  });
  const total = element('strong', { id: 'total' }, money(totalOf(filled)));
  return element(
    'section',
    { class: 'summary', 'aria-label': 'Total' },
    element('p', { class: 'total' }, 'Total', total),
    filled.some(obstacle) && notice('Some products cannot be had as they are.', 'plain'),
    order,
    said,
    element(
      'p',
      { class: 'fine' },
      'You can order without an account. With one, your orders wait for you on every device.',
    ),
  );
}

/**
 * @param {HTMLButtonElement} order
 * @param {HTMLElement} said
 */
async function placeOrder(order, said) {
  // Another tab may have sent one meanwhile.
  if (hasOther(lines())) return showLines();
  order.disabled = true;
  isPlacing = true;
  fill(said, loading('Placing your order…'));
  try {
    await checkOut(submission(localStorage, lines()));
  } catch (error) {
    isPlacing = false;
    order.disabled = false;
    fill(said, problem(error));
    showUnanswered();
  }
}

/**
 * Whether an order of other products than these was sent without an answer.
 *
 * @param {readonly Line[]} inCart
 */
function hasOther(inCart) {
  const before = unanswered(localStorage);
  return before !== undefined && !isSame(before.items, inCart);
}

/** Says so where an order was sent from here whose answer never came. */
function showUnanswered() {
  const before = unanswered(localStorage);
  if (!before) return fill(above);
  if (isSame(before.items, lines())) {
    const text = 'Your order was sent, but no answer came. Placing it again does not order twice.';
    return fill(above, notice(text, 'plain'));
  }
  return fill(above, leftover(before, showLines));
}

onChange(() => {
  if (!isPlacing) void show();
});
// Going back from the order shows this page as it was left.
addEventListener('pageshow', ({ persisted }) => {
  isPlacing = false;
  if (persisted) void show();
});
void show();
