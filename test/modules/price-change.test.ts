/** A price that the operator changes: in the next answer, in the next order, in none that was placed. */
import { test } from 'tap';
import { get, place, seed } from '../shop.ts';
import { startSplitShop } from '../split.ts';
import { ADMIN_TOKEN, eventually, startTestHost } from '../support.ts';

for (const [where, start] of [
  ['in one process', startTestHost],
  ['a process for each module', startSplitShop],
] as const) {
  test(`a price changed by the operator counts from then on: ${where}`, async (t) => {
    const shop = await start(t);
    await seed(shop, [{ productId: 'a', price: 100 }]);
    const shown = async () =>
      (await shop.app.inject('/api/products/a')).json<{ price: number }>().price;
    const listed = async () =>
      (await shop.app.inject('/api/products?search=product'))
        .json<{ items: { price: number }[] }>()
        .items.map(({ price }) => price);
    // Asked twice, so that every cache on the way holds the old price.
    for (let i = 0; i < 2; i += 1) t.same([await shown(), await listed()], [100, [100]]);
    const before = await place(shop, { a: 2 });

    for (const price of [150, 175]) {
      const changed = await shop.app.inject({
        method: 'PATCH',
        url: '/api/admin/products/a',
        headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
        payload: { price },
      });
      t.equal(changed.statusCode, 200);
      t.same([await shown(), await listed()], [price, [price]], 'the next answers show it');
      await eventually(
        'orders has heard of it',
        async () => (await place(shop, { a: 2 })).orderAmount === 2 * price,
      );
      const after = await place(shop, { a: 2 });
      t.equal(after.orderAmount, 2 * price, 'and every order from then on');
    }
    t.match((await get(shop, `/api/orders/${before.orderId}`)).json(), {
      orderAmount: 200,
      items: [{ unitPrice: 100 }],
    });
  });
}
