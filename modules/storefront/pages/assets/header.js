/** The header of every page: where one is, and how much is in the cart. */
import { onChange, pieces } from './lib/cart.js';
import { byId } from './lib/dom.js';
import { count } from './lib/format.js';

const nav = byId('site-nav', HTMLElement);
const badge = byId('cart-count', HTMLElement);

for (const link of nav.querySelectorAll('a')) {
  if (link.pathname === location.pathname) link.setAttribute('aria-current', 'page');
}

function showCount() {
  const inCart = pieces();
  badge.textContent = count(inCart);
  badge.hidden = inCart === 0;
}

onChange(showCount);
showCount();
