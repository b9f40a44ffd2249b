/** The modules of Millrace; adding one is adding its folder and a line here. */
import { orderHistory } from './order-history/index.ts';
import { orders } from './orders/index.ts';
import { payments } from './payments/index.ts';
import { products } from './products/index.ts';

export const modules = [products, orders, payments, orderHistory];
