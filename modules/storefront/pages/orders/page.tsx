/** The list of orders. */
import type { Page } from '../lib/page.ts';

export const orders: Page = {
  name: 'orders',
  path: '/orders',
  bundle: 'shop',
  head: () => ({ title: 'Your orders' }),
  View: () => <h1>Your orders</h1>,
};
