/** The pages that customers see. */
import { account } from './account/page.tsx';
import { cart } from './cart/page.tsx';
import { catalogue } from './catalogue/page.tsx';
import { checkout } from './checkout/page.tsx';
import { home } from './home/page.tsx';
import type { AnyPage } from './lib/page.ts';
import { order } from './order/page.tsx';
import { orders } from './orders/page.tsx';
import { pay } from './pay/page.tsx';
import { product } from './product/page.tsx';

export const pages: readonly AnyPage[] = [
  home,
  catalogue,
  product,
  cart,
  checkout,
  orders,
  order,
  pay,
  account,
] as readonly AnyPage[];
