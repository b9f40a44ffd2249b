/** A process that stands still in the middle of a reservation sets nothing aside or sells it twice. */
import { test, type Test } from 'tap';
import type { ModuleContext } from '#host';
import { products } from '../../../modules/products/index.ts';
import { giveBack, returnStrays, sell } from '../../../modules/products/ends.ts';
import { productsOf } from '../../../modules/products/catalogue-store.ts';
import { findReservations } from '../../../modules/products/reservation.ts';
import { setAside } from '../../../modules/products/lines.ts';
import { reserve } from '../../../modules/products/stock.ts';
import { halting } from '../../halting.ts';
import { seed, stockOf } from '../../shop.ts';
import { startTestHost, type TestHost } from '../../support.ts';

const order = { orderId: 'o1', lines: [{ productId: 'a', quantity: 2 }] };
const request = { ...order, again: false, cause: {} };

async function startShop(t: Test): Promise<TestHost> {
  const host = await startTestHost(t, { modules: [products] });
  await seed(host, [{ productId: 'a', stockQty: 10 }]);
  return host;
}

/** What a late process does when it goes on where it stood still: before it had set lines aside. */
async function setAsideLate(host: TestHost): Promise<void> {
  const collection = productsOf(host.context('products').db);
  await collection.bulkWrite(
    order.lines.map((line) => setAside(order.orderId, line, 'late attempt', 0)),
  );
}

/** A context whose process stands still after its first bulk write, until `meanwhile` is over. */
function standingStill(context: ModuleContext, meanwhile: () => Promise<void>): ModuleContext {
  let first = true;
  return halting(context, async (when, operation) => {
    if (!first || when === 'before' || operation !== 'bulkWrite') return;
    first = false;
    await meanwhile();
  });
}

/** As if the stray line were old enough to be looked at. */
async function age(host: TestHost): Promise<void> {
  const collection = productsOf(host.context('products').db);
  await collection.updateMany({}, { $set: { 'reserved.$[].at': new Date(0) } });
}

for (const [end, finish, expected] of [
  ['sold', sell, { stockQty: 8, soldQty: 2, reserved: 0 }],
  ['released', giveBack, { stockQty: 10, soldQty: 0, reserved: 0 }],
] as const) {
  test(`an order was ${end}: what a late process sets aside is given back when it goes on`, async (t) => {
    const host = await startShop(t);
    const context = host.context('products');
    await reserve(context, [request]);
    await finish(context, ['o1']);
    t.same(await stockOf(host, 'a'), expected);

    await setAsideLate(host);
    await reserve(context, [request]);
    t.same(await stockOf(host, 'a'), expected);
  });

  test(`an order was ${end}: what a late process sets aside is given back though it ends`, async (t) => {
    const host = await startShop(t);
    const context = host.context('products');
    await reserve(context, [request]);
    await finish(context, ['o1']);

    await setAsideLate(host);
    t.equal((await stockOf(host, 'a')).reserved, 1, 'the stray line is there');
    await age(host);
    await returnStrays(context);
    t.same(await stockOf(host, 'a'), expected);
  });
}

test('an order is decided on and sold while a process stands still that has set its lines aside', async (t) => {
  const host = await startShop(t);
  const context = host.context('products');
  const frozen = standingStill(context, async () => {
    await reserve(context, [request]);
    await sell(context, ['o1']);
  });
  await reserve(frozen, [request]);
  t.same(await stockOf(host, 'a'), { stockQty: 8, soldQty: 2, reserved: 0 }, 'sold once');
});

test('lines that an attempt left undecided count for the next attempt', async (t) => {
  const host = await startShop(t);
  const context = host.context('products');
  await setAsideLate(host);
  await reserve(context, [request]);
  const decided = (await findReservations(context, ['o1'])).get('o1');
  t.match(decided, { lines: [{ productId: 'a', attempt: 'late attempt' }] });
  await age(host);
  await returnStrays(context);
  t.same(await stockOf(host, 'a'), { stockQty: 8, soldQty: 0, reserved: 1 }, 'they are not stray');
  await sell(context, ['o1']);
  t.same(await stockOf(host, 'a'), { stockQty: 8, soldQty: 2, reserved: 0 });
});

test('an order that ended before it was decided on gets its lines given back, once', async (t) => {
  const host = await startShop(t);
  const context = host.context('products');
  // A process ended between setting the lines aside and the decision, and Redis lost the entry.
  await setAsideLate(host);
  await giveBack(context, ['o1']);
  t.equal((await stockOf(host, 'a')).reserved, 1, 'nobody has decided');
  await age(host);
  await returnStrays(context);
  await returnStrays(context);
  const untouched = { stockQty: 10, soldQty: 0, reserved: 0 };
  t.same(await stockOf(host, 'a'), untouched);

  await reserve(context, [request]);
  t.same(await stockOf(host, 'a'), untouched, 'nor does a late decision take anything');
});
