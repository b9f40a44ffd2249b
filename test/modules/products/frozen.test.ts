/** A process that stands still in the middle of a transaction holds up others for a while, and no more. */
import { test, type Test } from 'tap';
import type { ModuleContext } from '#host';
import { products } from '../../../modules/products/index.ts';
import { reservationsOf } from '../../../modules/products/inventory/reservation.ts';
import { openStock } from './stock.ts';
import { injectFaults } from '../../fault-injection.ts';
import { openReplicaSet } from '../../replica-set.ts';
import { seed, stockOf } from '../../shop.ts';
import { openTestEnvironment, startTestHost, type TestHost } from '../../support.ts';

const asked = (orderId: string, quantity = 2) => ({
  orderId,
  lines: [{ productId: 'a', quantity }],
  again: false,
  cause: {},
});

async function startShop(t: Test): Promise<TestHost> {
  const set = await openReplicaSet(t, { members: 1 });
  await set.client.db('admin').command({ setParameter: 1, transactionLifetimeLimitSeconds: 2 });
  const env = { ...(await openTestEnvironment(t)), mongodbUrl: set.url };
  const host = await startTestHost(t, { env, modules: [products] });
  await seed(host, [{ productId: 'a', stockQty: 3 }]);
  return host;
}

/** A context whose process stands still once, before the operation, until `meanwhile` is over. */
function standingStill(
  context: ModuleContext,
  operation: string,
  meanwhile: () => Promise<void>,
): ModuleContext {
  let first = true;
  return injectFaults(context, async (when, at) => {
    if (!first || when === 'after' || at !== operation) return;
    first = false;
    await meanwhile();
  });
}

for (const operation of ['bulkWrite', 'insertMany', 'commit']) {
  test(`a process stands still before ${operation}: another gets the products, and it none`, async (t) => {
    const host = await startShop(t);
    const context = host.context('products');
    const frozen = standingStill(context, operation, () =>
      openStock(context).reserve([asked('quick')]),
    );
    await openStock(frozen).reserve([asked('slow')]);
    const decisions = await reservationsOf(context.db).find().sort({ _id: 1 }).toArray();
    t.match(decisions, [
      { _id: 'quick', decision: 'reserved' },
      { _id: 'slow', decision: 'rejected', missing: ['a'] },
    ]);
    t.same(await stockOf(host, 'a'), { stockQty: 1, soldQty: 0, reserved: 1 });
  });
}

test('a process stands still before its commit: another decides, sells and gives back the same order', async (t) => {
  const host = await startShop(t);
  const context = host.context('products');
  const frozen = standingStill(context, 'commit', async () => {
    await openStock(context).reserve([asked('o1')]);
    await openStock(context).sell(['o1']);
    await openStock(context).release(['o1']);
  });
  await openStock(frozen).reserve([asked('o1')]);
  t.same(await stockOf(host, 'a'), { stockQty: 3, soldQty: 0, reserved: 0 });
  t.match(await reservationsOf(context.db).findOne({ _id: 'o1' }), { end: 'released' });
});

test('a process ends that had given back and not committed: the next gives back once', async (t) => {
  const host = await startShop(t);
  const context = host.context('products');
  await openStock(context).reserve([asked('o1')]);
  const { promise: isOpen, resolve: open } = Promise.withResolvers<void>();
  const died = standingStill(context, 'commit', () => {
    open();
    return new Promise(() => {});
  });
  void openStock(died).release(['o1']);
  await isOpen;
  await Promise.all([
    openStock(context).release(['o1']),
    openStock({ ...context }).release(['o1']),
  ]);
  t.same(await stockOf(host, 'a'), { stockQty: 3, soldQty: 0, reserved: 0 });
});
