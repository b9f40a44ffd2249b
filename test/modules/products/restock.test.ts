/** Refunded orders: what they were sold goes back into stock once, whatever comes when and how often. */
import { test, type Test } from 'tap';
import { productsOf } from '../../../modules/products/catalogue/store.ts';
import { products } from '../../../modules/products/index.ts';
import { reservationsOf } from '../../../modules/products/inventory/reservation.ts';
import { openStock } from './stock.ts';
import { orderRefunded } from '../../../modules/orders/events.ts';
import { toEntry } from '../../../src/bus/contract/wire.ts';
import type { ModuleContext } from '../../../src/index.ts';
import { injectFaults } from '../../fault-injection.ts';
import { seed, stockOf } from '../../shop.ts';
import { eventually, startTestHost, type TestHost } from '../../support.ts';

const lines = [
  { productId: 'a', quantity: 2 },
  { productId: 'b', quantity: 3 },
];
const asked = (orderId = 'o1') => [{ orderId, lines, again: false, cause: {} }];
const FULL = { stockQty: 10, soldQty: 0, reserved: 0 };

async function startShop(t: Test): Promise<{ host: TestHost; context: ModuleContext }> {
  const host = await startTestHost(t, { modules: [products] });
  await seed(host, [
    { productId: 'a', stockQty: 10 },
    { productId: 'b', stockQty: 10 },
  ]);
  return { host, context: host.context('products') };
}

/** All is in stock, and the reservation says so. */
async function atRest(t: Test, { host, context }: { host: TestHost; context: ModuleContext }) {
  t.same([await stockOf(host, 'a'), await stockOf(host, 'b')], [FULL, FULL]);
  const reservation = await reservationsOf(context.db).findOne({ _id: 'o1' });
  t.match(reservation, { decision: 'reserved', end: 'released' });
}

const steps = {
  reserve: (context: ModuleContext) => openStock(context).reserve(asked()),
  sell: (context: ModuleContext) => openStock(context).sell(['o1']),
  refund: (context: ModuleContext) => openStock(context).release(['o1']),
};
const orders: (keyof typeof steps)[][] = [
  ['reserve', 'sell', 'refund'],
  ['reserve', 'refund', 'sell'],
  ['sell', 'reserve', 'refund'],
  ['sell', 'refund', 'reserve'],
  ['refund', 'reserve', 'sell'],
  ['refund', 'sell', 'reserve'],
  ['reserve', 'sell', 'refund', 'refund', 'sell', 'reserve', 'refund'],
];

for (const order of orders) {
  test(`${order.join(', ')}: all is in stock again`, async (t) => {
    const shop = await startShop(t);
    for (const step of order) await steps[step](shop.context);
    await atRest(t, shop);
  });
}

test('a refund that many processes handle at the same time puts back once', async (t) => {
  const shop = await startShop(t);
  await openStock(shop.context).reserve(asked());
  await openStock(shop.context).sell(['o1']);
  const processes = Array.from({ length: 10 }, () => ({ ...shop.context }));
  await Promise.all(
    processes.map(openStock).flatMap((one) => [one.release(['o1']), one.release(['o1'])]),
  );
  await atRest(t, shop);
});

test('at every moment of many sales and refunds, what there is adds up', async (t) => {
  const { host, context } = await startShop(t);
  const ids = ['o1', 'o2', 'o3'];
  let over = false;
  const sums = new Set<number>();
  const watching = (async () => {
    while (!over) {
      const { stockQty, takenQty } = (await productsOf(context.db).findOne({ _id: 'a' }))!;
      sums.add(stockQty + takenQty);
      await stockOf(host, 'a');
    }
  })();
  const stock = openStock(context);
  await Promise.all(ids.map((id) => stock.reserve(asked(id))));
  await Promise.all(
    ids.flatMap((id) => [stock.sell([id]), openStock({ ...context }).release([id])]),
  );
  await stock.release(ids);
  over = true;
  await watching;
  t.same([...sums], [10]);
  t.same(await stockOf(host, 'a'), FULL);
});

/** What a process does that dies before so many of its operations are done. */
async function dieWhile(context: ModuleContext, operations: number): Promise<void> {
  let left = operations;
  const died = new Error('died');
  const dying = injectFaults(context, async (when) => {
    if (when === 'before') left -= 1;
    if (left < 0) throw died;
  });
  await openStock(dying)
    .release(['o1'])
    .catch((error: unknown) => {
      if (error !== died) throw error;
    });
}

for (let operations = 0; operations < 6; operations += 1) {
  test(`a process dies after ${operations} operations of a refund: the next delivery completes it`, async (t) => {
    const shop = await startShop(t);
    await openStock(shop.context).reserve(asked());
    await openStock(shop.context).sell(['o1']);
    await dieWhile(shop.context, operations);
    await openStock(shop.context).release(['o1']);
    await atRest(t, shop);
  });
}

test('an order whose products do not come back with its refund stays sold', async (t) => {
  const { host, context } = await startShop(t);
  await openStock(context).reserve(asked());
  const data = { orderId: 'o1', userId: 'alice', paymentId: 'p1', restock: false };
  const { env } = host;
  await env.redis.xadd(
    `${env.keyPrefix}ORDERS_STREAM`,
    '*',
    ...toEntry(orderRefunded.create(data)),
  );
  await eventually('it is sold', async () => (await stockOf(host, 'a')).soldQty === 2);
  t.same(await stockOf(host, 'a'), { stockQty: 8, soldQty: 2, reserved: 0 });
});
