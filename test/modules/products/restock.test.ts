/** Refunded orders: what they were sold goes back into stock once, whatever comes when and how often. */
import { test, type Test } from 'tap';
import { productsOf } from '../../../modules/products/catalogue-store.ts';
import { giveBack, returnStrays, sell } from '../../../modules/products/ends.ts';
import { products } from '../../../modules/products/index.ts';
import { findReservations, reservations } from '../../../modules/products/reservation.ts';
import { restock } from '../../../modules/products/restock.ts';
import { reserve } from '../../../modules/products/stock.ts';
import { orderRefunded } from '../../../modules/orders/events.ts';
import { toEntry } from '../../../src/bus/wire.ts';
import type { ModuleContext } from '../../../src/index.ts';
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

/** Nothing is left behind: no line, no token, no reservation that is on the way. */
async function atRest(t: Test, { host, context }: { host: TestHost; context: ModuleContext }) {
  t.same([await stockOf(host, 'a'), await stockOf(host, 'b')], [FULL, FULL]);
  t.equal(await productsOf(context.db).countDocuments({ 'restocks.0': { $exists: true } }), 0);
  const [reservation] = (await findReservations(context, ['o1'])).values();
  t.match(reservation, { decision: 'reserved', end: 'released', restock: undefined });
}

const steps = {
  reserve: (context: ModuleContext) => reserve(context, asked()),
  sell: (context: ModuleContext) => sell(context, ['o1']),
  refund: (context: ModuleContext) => giveBack(context, ['o1']),
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

test('a refund that many handle at the same time puts back once', async (t) => {
  const shop = await startShop(t);
  await reserve(shop.context, asked());
  await sell(shop.context, ['o1']);
  await Promise.all(Array.from({ length: 20 }, () => giveBack(shop.context, ['o1'])));
  // One that came late may have left a token, which counts for nothing.
  await age(shop.context);
  await returnStrays(shop.context);
  await atRest(t, shop);
});

test('at every moment of many sales and refunds, what there is adds up', async (t) => {
  const { host, context } = await startShop(t);
  const ids = ['o1', 'o2', 'o3'];
  let over = false;
  const sums = new Set<number>();
  const watching = (async () => {
    while (!over) {
      const { stockQty, soldQty, reserved } = (await productsOf(context.db).findOne({ _id: 'a' }))!;
      sums.add(stockQty + soldQty + reserved.reduce((sum, line) => sum + line.quantity, 0));
    }
  })();
  await Promise.all(ids.map((id) => reserve(context, asked(id))));
  await Promise.all(ids.flatMap((id) => [sell(context, [id]), giveBack(context, [id])]));
  await giveBack(context, ids);
  over = true;
  await watching;
  t.same([...sums], [10]);
  t.same(await stockOf(host, 'a'), FULL);
});

/** As if the tokens were old enough to be looked at. */
async function age({ db }: ModuleContext): Promise<void> {
  await productsOf(db).updateMany(
    { 'restocks.0': { $exists: true } },
    { $set: { 'restocks.$[].at': new Date(0) } },
  );
}

/** What a process does that dies after so many of its writes. */
async function dieWhile(context: ModuleContext, writes: number): Promise<void> {
  let left = writes;
  const died = new Error('died');
  const db = new Proxy(context.db, {
    get(target, name) {
      if (name !== 'collection') return Reflect.get(target, name) as unknown;
      return (collection: string) =>
        new Proxy(target.collection(collection), {
          get(inner, method) {
            const call = Reflect.get(inner, method) as (...args: unknown[]) => unknown;
            return (...args: unknown[]) => {
              if (method === 'bulkWrite' || method === 'updateMany') left -= 1;
              if (left < 0) throw died;
              return call.apply(inner, args);
            };
          },
        });
    },
  });
  try {
    await giveBack({ ...context, db }, ['o1']);
  } catch (error) {
    if (error !== died) throw error;
  }
}

for (let writes = 0; writes < 6; writes += 1) {
  test(`a process dies after ${writes} writes of a refund: the next delivery completes it`, async (t) => {
    const shop = await startShop(t);
    await reserve(shop.context, asked());
    await sell(shop.context, ['o1']);
    await dieWhile(shop.context, writes);
    await giveBack(shop.context, ['o1']);
    await atRest(t, shop);
  });
}

test('a refund that was left in the middle is completed though nobody tells of it again', async (t) => {
  const shop = await startShop(t);
  await reserve(shop.context, asked());
  await sell(shop.context, ['o1']);
  await dieWhile(shop.context, 3);
  await age(shop.context);
  await returnStrays(shop.context);
  await atRest(t, shop);
});

test('a process that stood still since before the refund puts nothing back a second time', async (t) => {
  const shop = await startShop(t);
  const { context } = shop;
  await reserve(context, asked());
  await sell(context, ['o1']);
  await reservations(context).updateOne({ _id: 'o1' }, { $set: { end: 'restocking' } });
  const old = [...(await findReservations(context, ['o1'])).values()];
  await giveBack(context, ['o1']);
  await atRest(t, shop);

  await restock(context, old);
  t.equal(
    await productsOf(context.db).countDocuments({ 'restocks.0': { $exists: true } }),
    2,
    'its tokens came late',
  );
  await age(context);
  await returnStrays(context);
  await atRest(t, shop);
});

test('an order whose products do not come back with its refund stays sold', async (t) => {
  const { host, context } = await startShop(t);
  await reserve(context, asked());
  const data = { orderId: 'o1', userId: 'alice', paymentId: 'p1', restock: false };
  const { place } = host;
  await place.redis.xadd(
    `${place.keyPrefix}ORDERS_STREAM`,
    '*',
    ...toEntry(orderRefunded.create(data)),
  );
  await eventually('it is sold', async () => (await stockOf(host, 'a')).soldQty === 2);
  t.same(await stockOf(host, 'a'), { stockQty: 8, soldQty: 2, reserved: 0 });
});
