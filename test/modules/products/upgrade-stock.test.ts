/** Stocks that an earlier version has stored, which set lines aside in products, keep what orders hold. */
import { test, type Test } from 'tap';
import { products } from '../../../modules/products/index.ts';
import { reservationsOf } from '../../../modules/products/inventory/reservation.ts';
import { openStock } from './stock.ts';
import { migrateStock } from '../../../modules/products/inventory/migration.ts';
import type { ModuleContext } from '../../../src/index.ts';
import { createRandom } from '../../faults/random.ts';
import { runWithFaults } from '../../fault-injection.ts';
import { seed, stockOf } from '../../shop.ts';
import { openTestEnvironment, startTestHost, type TestHost } from '../../support.ts';

const TOTAL = 10_000;
const ROUNDS = 5;
const at = new Date(0);

/** A line in its product, or in its reservation; each quantity is another bit, so that sums tell. */
const held = (orderId: string, quantity: number, attempt = orderId) => ({
  orderId,
  quantity,
  attempt,
  at,
});
const line = (quantity: number, attempt: string, productId = 'a') => ({
  productId,
  quantity,
  attempt,
});
const decided = (_id: string, quantity: number, more: object = {}, decision = 'reserved') => ({
  _id,
  decision,
  missing: [],
  lines: [line(quantity, _id)],
  outbox: [],
  ...more,
});

const ASIDE = [
  held('open', 1),
  held('being sold', 2),
  held('being released', 8),
  held('rejected', 16, 'attempt of a rejected order'),
  held('undecided', 32),
  held('sold, with a stray line', 64, 'late attempt'),
  held('released before it was decided', 128),
  held('restocking, not yet sold', 256),
];
const SOLD = 4 + 64 + 512 + 1024;

const RESERVATIONS = [
  decided('open', 1),
  decided('being sold', 2, { end: 'sold' }),
  decided('sold', 4, { end: 'sold' }),
  decided('being released', 8, { end: 'released' }),
  decided('rejected', 16, { missing: ['b'] }, 'rejected'),
  decided('sold, with a stray line', 64, { end: 'sold' }),
  { _id: 'released before it was decided', end: 'released' },
  decided('restocking, not yet sold', 256, { end: 'restocking' }),
  decided('restocking, without tokens', 512, { end: 'restocking' }),
  decided('restocking, with one token left', 1024, {
    end: 'restocking',
    lines: [line(1024, 'x', 'a'), line(1024, 'y', 'b')],
    restock: [
      { productId: 'a', attempt: 'token' },
      { productId: 'b', attempt: 'token' },
    ],
  }),
  decided('restocking, with a late token', 2048, {
    end: 'restocking',
    restock: [{ productId: 'a', attempt: 'token' }],
  }),
  { _id: 'restocking before it was decided', end: 'restocking' },
];

/** Puts into the store what the version before had written there. */
async function storeOld({ db }: Pick<ModuleContext, 'db'>): Promise<void> {
  const stored = db.collection<{ _id: string }>('products');
  await db.collection('reservations').deleteMany({});
  await db.collection<{ _id: string }>('reservations').insertMany(RESERVATIONS);
  const restocks = [
    { orderId: 'restocking, with one token left', attempt: 'token', at },
    { orderId: 'restocking, with a late token', attempt: 'late', at },
  ];
  const aside = ASIDE.reduce((sum, { quantity }) => sum + quantity, 0);
  const a = { stockQty: TOTAL - aside - SOLD, soldQty: SOLD, reserved: ASIDE, restocks };
  const b = { stockQty: TOTAL, soldQty: 0, reserved: [], restocks: [] };
  for (const [_id, set] of [
    ['a', a],
    ['b', b],
  ] as const)
    await stored.updateOne({ _id }, { $set: set, $unset: { takenQty: '' } });
  for (const name of ['reserved', 'restocks'])
    await stored.createIndex(
      { [`${name}.at`]: 1 },
      { name, partialFilterExpression: { [`${name}.0`]: { $exists: true } } },
    );
}

/** What was set aside or sold is taken still; all else is in stock, and nothing is left of the old form. */
async function check(t: Test, host: TestHost): Promise<void> {
  const context = host.context('products');
  const taken = 1 + 2 + 4 + 64;
  t.same(await stockOf(host, 'a'), { stockQty: TOTAL - taken, soldQty: taken - 1, reserved: 1 });
  t.same(await stockOf(host, 'b'), { stockQty: TOTAL, soldQty: 0, reserved: 0 });
  const stored = context.db.collection('products');
  const old = ['reserved', 'restocks', 'soldQty'].map((field) => ({ [field]: { $exists: true } }));
  t.equal(await stored.countDocuments({ $or: old }), 0);
  for (const name of ['reserved', 'restocks']) t.notOk(await stored.indexExists(name));
  const ends = await reservationsOf(context.db)
    .find({ _id: /^restocking/ })
    .toArray();
  t.same(new Set(ends.map(({ end }) => end)), new Set(['released']));
}

const SEED = ['a', 'b'].map((productId) => ({ productId }));

test('what orders hold by an earlier version is held still, and goes on', async (t) => {
  const env = await openTestEnvironment(t);
  const earlier = await startTestHost(t, { env, modules: [products] });
  await seed(earlier, SEED);
  await storeOld(earlier.context('products'));
  await earlier.stop();

  const host = await startTestHost(t, { env, modules: [products] });
  await check(t, host);
  const context = host.context('products');
  await migrateStock(context);
  await check(t, host);

  await openStock(context).release(['open', 'sold']);
  const lines = [{ productId: 'a', quantity: 32 }];
  await openStock(context).reserve([{ orderId: 'undecided', lines, again: false, cause: {} }]);
  t.same(await stockOf(host, 'a'), { stockQty: TOTAL - 66 - 32, soldQty: 66, reserved: 1 });
});

test('several processes do it at once, and each may die at any point', async (t) => {
  const host = await startTestHost(t, { modules: [products] });
  await seed(host, SEED);
  const context = host.context('products');
  for (let round = 1; round <= ROUNDS; round += 1) {
    await storeOld(context);
    await runWithFaults(context, Array(6).fill(migrateStock), 3, createRandom(round));
    await check(t, host);
  }
});
