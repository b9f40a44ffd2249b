/** A product. */
import type { Page } from '../lib/page.ts';

export const product: Page = {
  name: 'product',
  path: '/products/:productId',
  bundle: 'shop',
  head: () => ({ title: 'Product' }),
  View: () => <h1>Product</h1>,
};
