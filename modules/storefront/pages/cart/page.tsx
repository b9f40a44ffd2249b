/** The cart. */
import type { Page } from '../lib/page.ts';

export const cart: Page = {
  name: 'cart',
  path: '/cart',
  bundle: 'shop',
  head: () => ({ title: 'Your cart' }),
  View: () => <h1>Your cart</h1>,
};
