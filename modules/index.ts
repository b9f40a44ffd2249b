/** The modules of Millrace; adding one is adding its folder and a line here. */
import { digitalIdentity } from './digital-identity/index.ts';
import { gateway } from './gateway/index.ts';
import { orderHistory } from './order-history/index.ts';
import { orders } from './orders/index.ts';
import { payments } from './payments/index.ts';
import { products } from './products/index.ts';
import { storefront } from './storefront/index.ts';
import { tutorialApi } from './tutorial-api/index.ts';

export const modules = [
  gateway,
  products,
  orders,
  payments,
  orderHistory,
  digitalIdentity,
  storefront,
  tutorialApi,
];
