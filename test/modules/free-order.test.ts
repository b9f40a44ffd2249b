/** An order that costs nothing has the life of any other: it is paid, cancelled, counted. */
import { test } from 'tap';
import type { Statistics } from '../../modules/order-history/statistics.ts';
import { as } from '../session.ts';
import { ended, get, place, seed, stockOf, type OrderBody } from '../shop.ts';
import { ADMIN_TOKEN, eventually, startTestHost } from '../support.ts';

test('an order of nothing that is cancelled when it is paid ends, and its stock is back', async (t) => {
  const host = await startTestHost(t);
  await seed(host, [{ productId: 'gift', price: 0, stockQty: 7 }]);
  const order = await ended(host, await place(host, { gift: 2 }));
  t.equal(order.orderStatusCode, 3);
  await eventually('it is sold', async () => (await stockOf(host, 'gift')).soldQty === 2);

  const url = `/api/orders/${order.orderId}/cancel`;
  const cancel = () => host.app.inject({ method: 'POST', url, headers: as(host, 'alice') });
  const cancelled = await cancel();
  t.equal(cancelled.statusCode, 202);
  t.match(cancelled.json(), { orderStatusCode: 4, cancellation: 'refunded', refundedAmount: 0 });
  t.match((await cancel()).json(), { orderStatusCode: 4 }, 'once');
  await eventually('its stock is back', async () => (await stockOf(host, 'gift')).stockQty === 7);
  t.match(await stockOf(host, 'gift'), { stockQty: 7, soldQty: 0, reserved: 0 });
  await eventually('the history says so', async () => {
    const found = await get(host, `/api/order-history/${order.orderId}`);
    return found.json<OrderBody>().orderStatusCode === 4;
  });
});

test('what was sold for nothing is among what sold best, unless it was given back', async (t) => {
  const host = await startTestHost(t);
  await seed(host, [
    { productId: 'gift', price: 0 },
    { productId: 'other-gift', price: 0 },
  ]);
  await ended(host, await place(host, { gift: 3 }));
  const back = await ended(host, await place(host, { 'other-gift': 4 }));
  const url = `/api/orders/${back.orderId}/cancel`;
  await host.app.inject({ method: 'POST', url, headers: as(host, 'alice') });

  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const statistics = await eventually('both are in the history, one given back', async () => {
    const found = await get(host, `/api/order-history/${back.orderId}`);
    if (found.json<OrderBody>().orderStatusCode !== 4) return false;
    const answer = await host.app.inject({ url: '/api/admin/order-history/statistics', headers });
    const { total } = answer.json<Statistics>();
    return total.paidOrders === 2 && total;
  });
  t.match(statistics, { revenue: 0, refunded: 0 });
  t.same(statistics.topProducts, [
    { productId: 'gift', name: 'Product gift', pieces: 3, amount: 0 },
  ]);
});
