/** The checkout. */
import type { Page } from '../lib/page.ts';

export const checkout: Page = {
  name: 'checkout',
  path: '/checkout',
  bundle: 'shop',
  head: () => ({ title: 'Checkout' }),
  View: () => <h1>Checkout</h1>,
};
