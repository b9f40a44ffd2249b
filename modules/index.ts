/** The modules of Millrace; adding one is adding its folder and a line here. */
import { orders } from './orders/index.ts';
import { payments } from './payments/index.ts';
import { products } from './products/index.ts';
import { storefront } from './storefront/index.ts';

export const modules = [products, orders, payments, storefront];
