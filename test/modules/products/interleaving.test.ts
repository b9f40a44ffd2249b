/**
 * Processes that work on the same orders at the same time, each of which may stand still or die between
 * any two operations: whatever they do to each other, no piece is lost, and none is sold twice.
 */
import { test, type Test } from 'tap';
import { productsOf } from '../../../modules/products/catalogue/store.ts';
import { products } from '../../../modules/products/index.ts';
import {
  reservationsOf,
  type ReservationDocument,
} from '../../../modules/products/inventory/reservation.ts';
import { openStock } from './stock.ts';
import type { ModuleContext } from '../../../src/index.ts';
import { createRandom, type Random } from '../../faults/random.ts';
import { runWithFaults, type Step } from '../../fault-injection.ts';
import { seed } from '../../shop.ts';
import { startTestHost, type TestHost } from '../../support.ts';

const ROUNDS = 20;
const ORDERS = 6;
const PROCESSES = 4;
/** So few that some orders do not get all. */
const STOCK = 12;
const PRODUCTS = ['a', 'b', 'c'];

interface Order {
  orderId: string;
  lines: { productId: string; quantity: number }[];
}

const newOrder = (orderId: string, random: Random): Order => ({
  orderId,
  lines: random
    .shuffle(PRODUCTS)
    .slice(0, random.between(1, 2))
    .map((productId) => ({ productId, quantity: random.between(1, 3) })),
});

/** What an order may be told to have met with, each perhaps twice, in any order. */
function stepsOf(order: Order, random: Random): Step[] {
  const { orderId } = order;
  const request = (again: boolean) => [{ ...order, again, cause: {} }];
  const all: Step[] = [
    (context) => openStock(context).reserve(request(false)),
    (context) => openStock(context).reserve(request(true)),
    ...(random.next() < 0.7
      ? [(context: ModuleContext) => openStock(context).sell([orderId])]
      : []),
    ...(random.next() < 0.5
      ? [(context: ModuleContext) => openStock(context).release([orderId])]
      : []),
  ];
  return random.shuffle([...all, ...all.filter(() => random.next() < 0.5)]);
}

/** What each product must hold, by what was decided and what became of it. */
function expected(found: readonly ReservationDocument[], productId: string) {
  const pieces = (of: (reservation: ReservationDocument) => boolean): number =>
    found
      .filter(({ decision }) => decision === 'reserved')
      .filter(of)
      .flatMap(({ lines = [] }) => lines)
      .filter((line) => line.productId === productId)
      .reduce((sum, { quantity }) => sum + quantity, 0);
  const soldQty = pieces(({ end }) => end === 'sold');
  const aside = pieces(({ end }) => end === undefined);
  return { takenQty: soldQty + aside, stockQty: STOCK - soldQty - aside };
}

async function check(t: Test, host: TestHost, orders: readonly Order[]): Promise<void> {
  const context = host.context('products');
  const ids = orders.map(({ orderId }) => orderId);
  const found = await reservationsOf(context.db)
    .find({ _id: { $in: ids } })
    .toArray();
  t.equal(found.filter(({ decision }) => decision).length, ORDERS, 'every order is decided on');
  for (const product of await productsOf(context.db).find().toArray()) {
    const { _id, stockQty, takenQty } = product;
    t.same({ stockQty, takenQty }, expected(found, _id), _id);
  }
}

test('no piece is lost and none is sold twice, whenever processes stand still and die', async (t) => {
  const host = await startTestHost(t, { modules: [products] });
  await seed(
    host,
    PRODUCTS.map((productId) => ({ productId, stockQty: STOCK })),
  );
  const context = host.context('products');
  for (let round = 1; round <= ROUNDS; round += 1) {
    await t.test(`seed ${round}`, async (sub) => {
      await productsOf(context.db).updateMany({}, { $set: { stockQty: STOCK, takenQty: 0 } });
      const random = createRandom(round);
      const orders = Array.from({ length: ORDERS }, (_, i) => newOrder(`${round}-${i}`, random));
      const steps = random.shuffle(orders.flatMap((order) => stepsOf(order, random)));
      await runWithFaults(context, steps, PROCESSES, random);
      await check(sub, host, orders);
    });
  }
});
