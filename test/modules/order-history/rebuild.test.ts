/** The history of a whole shop, rebuilt from what `orders` and `payments` remember. */
import { test } from 'tap';
import { orders } from '../../../modules/orders/index.ts';
import { payments } from '../../../modules/payments/index.ts';
import { place, seed } from '../../shop.ts';
import { startTestHost } from '../../support.ts';
import { rebuildLarge } from './large.ts';
import { rememberPaidOrders } from './old-orders.ts';

const ORDERS = 100_000;
/** Orders that come in at a time while the history is rebuilt. */
const PART = 5;

test(
  'rebuilding a history of 100,000 orders while orders come in gives exactly what was there',
  { timeout: 240_000 },
  async (t) => {
    if (!orders.events || !payments.events)
      return t.pass('rebuilt', { skip: 'orders and payments cannot tell their events again yet' });
    const host = await startTestHost(t);
    await seed(host, [{ productId: 'a', stockQty: 1_000_000 }]);
    await rememberPaidOrders(host, ORDERS);
    await rebuildLarge(t, host, {
      owners: [orders, payments],
      live: async () => {
        const placing = Array.from({ length: PART }, (_, i) => place(host, { a: 1 }, `user-${i}`));
        return (await Promise.all(placing)).map(({ orderId }) => orderId);
      },
    });
    return undefined;
  },
);
