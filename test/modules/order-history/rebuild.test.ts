/** The history of a whole shop, rebuilt from what `orders` and `payments` remember. */
import { t as file, test } from 'tap';
import { keyBeside } from '../../../src/bus/connections.ts';
import { ORDERS_STREAM } from '../../../modules/orders/events.ts';
import { orders } from '../../../modules/orders/index.ts';
import { PAYMENTS_STREAM } from '../../../modules/payments/events.ts';
import { payments } from '../../../modules/payments/index.ts';
import { place, seed } from '../../shop.ts';
import { eventually, startTestHost, type TestHost } from '../../support.ts';
import { rebuildLarge } from './large.ts';
import { rememberPaidOrders } from './old-orders.ts';

const ORDERS = 100_000;
/** Orders that come in at a time while the history is rebuilt. */
const PART = 5;

// A busy machine takes its time for so many.
file.setTimeout(1_800_000);

test(
  'rebuilding a history of 100,000 orders while orders come in gives exactly what was there',
  { timeout: 1_200_000 },
  async (t) => {
    const host = await startTestHost(t);
    await seed(host, [{ productId: 'a', stockQty: 1_000_000 }]);
    await startedWell(host);
    await rememberPaidOrders(host, ORDERS);
    await rebuildLarge(t, host, {
      owners: [orders, payments],
      live: async () => {
        const placing = Array.from({ length: PART }, (_, i) => place(host, { a: 1 }, `user-${i}`));
        return (await Promise.all(placing)).map(({ orderId }) => orderId);
      },
    });
  },
);

/** Until it is known that nothing was lost before the start, all that is remembered is told again. */
async function startedWell({ env: { redis, keyPrefix } }: TestHost): Promise<void> {
  for (const stream of [ORDERS_STREAM, PAYMENTS_STREAM])
    await eventually(
      `${stream} has its first sign of health`,
      async () => (await redis.exists(keyBeside(`${keyPrefix}${stream}`, 'marker'))) === 1,
    );
}
