/** An order. */
import type { Page } from '../lib/page.ts';

export const order: Page = {
  name: 'order',
  path: '/orders/:orderId',
  bundle: 'shop',
  head: () => ({ title: 'Your order' }),
  View: () => <h1>Your order</h1>,
};
