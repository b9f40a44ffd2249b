/** The cart on a page of its own. */
import { CartContents } from '../components/cart-contents.tsx';
import type { Page } from '../lib/page.ts';

export const cart: Page = {
  name: 'cart',
  path: '/cart',
  bundle: 'shop',
  head: () => ({ title: 'Your cart' }),
  View: () => (
    <div class="narrow">
      <h1>Your cart</h1>
      <noscript>
        <p class="notice notice-bad">
          Your cart is kept by this browser, which needs JavaScript for it.
        </p>
      </noscript>
      <CartContents />
    </div>
  ),
};
