/** Every handler of every module leads to the same state when events come twice, late, out of order. */
import { test, type Test } from 'tap';
import { given, sameStateInAnyOrder, type Given } from '../../src/bus/index.ts';
import type { Module, ModuleContext } from '../../src/index.ts';
import { modules } from '../../modules/index.ts';
import {
  catalogueRequested,
  orderAccepted,
  orderPaid,
  orderPaymentFailed,
  orderPlaced,
  orderRejected,
} from '../../modules/orders/events.ts';
import type { OrderDocument } from '../../modules/orders/order.ts';
import { paymentFailed, paymentProcessed } from '../../modules/payments/events.ts';
import {
  catalogueSent,
  productUpdated,
  stockRejected,
  stockReserved,
} from '../../modules/products/events.ts';
import type { ProductDocument } from '../../modules/products/product.ts';
import { layFoundation } from '../../src/foundation.ts';
import { loadConfig } from '../../src/config/index.ts';
import { pino } from 'pino';
import { openPlace } from '../support.ts';

interface Scenario {
  events: Given[];
  /** What is there before the first event. */
  before?: (context: ModuleContext) => Promise<void>;
}

const userId = 'alice';
const placed = (orderId: string, productId: string, quantity: number): Given =>
  given(orderPlaced, {
    orderId,
    userId,
    currency: 'INR',
    totalAmount: quantity * 100,
    items: [{ productId, name: productId, quantity, unitPrice: 100 }],
  });

const scenarios: Record<string, Scenario> = {
  products: {
    before: async ({ db }) => {
      const stock = {
        version: 1,
        name: '',
        brand: '',
        category: '',
        price: 100,
        currency: 'INR',
        stockQty: 100,
        soldQty: 0,
        reserved: [],
      };
      await db
        .collection<Partial<ProductDocument> & { _id: string }>('products')
        .insertMany(['a', 'b'].map((_id) => ({ _id, ...stock })));
    },
    events: [
      given(catalogueRequested, { requestId: 'request' }),
      placed('paid', 'a', 2),
      placed('failed', 'a', 3),
      placed('open', 'b', 5),
      placed('too-many', 'b', 1000),
      given(orderPaid, { orderId: 'paid', userId, paymentId: 'p1' }),
      given(orderPaymentFailed, { orderId: 'failed', userId, paymentId: 'p2' }),
      given(orderRejected, { orderId: 'too-many', userId, reason: '' }),
    ],
  },
  orders: {
    before: async ({ db }) => {
      const now = new Date(0);
      await db.collection<OrderDocument>('orders').insertMany(
        ['paid', 'failed', 'rejected', 'waiting'].map((_id) => ({
          _id,
          userId,
          items: [],
          totalAmount: 100,
          currency: 'INR',
          decimals: 0,
          orderStatusCode: 1,
          answers: {},
          revision: 1,
          createdAt: now,
          updatedAt: now,
          outbox: [],
        })),
      );
    },
    events: [
      ...[1, 2, 3].map((version) =>
        given(productUpdated, {
          productId: 'a',
          version,
          name: `Name ${version}`,
          brand: '',
          category: '',
          price: version,
          currency: 'INR',
        }),
      ),
      given(productUpdated, {
        productId: 'b',
        version: 7,
        name: 'B',
        brand: '',
        category: '',
        price: 7,
        currency: 'INR',
      }),
      given(catalogueSent, { requestId: 'request', products: 2 }),
      given(stockReserved, { orderId: 'paid' }),
      given(stockReserved, { orderId: 'failed' }),
      given(stockReserved, { orderId: 'waiting' }),
      given(stockReserved, { orderId: 'of the tutorial' }),
      given(stockRejected, { orderId: 'rejected', productIds: ['a'] }),
      given(paymentProcessed, { orderId: 'paid', paymentId: 'p1', orderStatusCode: 3, userId }),
      given(paymentFailed, { orderId: 'failed', paymentId: 'p2', orderStatusCode: -3, userId }),
    ],
  },
  payments: {
    events: ['1', '2', '3', '2000000'].map((amount) =>
      given(orderAccepted, { orderId: `order-${amount}`, orderAmount: `${amount}.00`, userId }),
    ),
  },
};

for (const module of modules) {
  test(`the handlers of ${module.name}`, async (t) => {
    const scenario = scenarios[module.name];
    if (!scenario) return t.fail(`${module.name} has no scenario here`);
    const heard = new Set(
      scenario.events.map(({ entry: [, fields] }) => fields[fields.indexOf('type') + 1]),
    );
    const unheard = (module.listens ?? [])
      .map(({ contract }) => contract.type)
      .filter((type) => !heard.has(type));
    t.same(unheard, [], 'the scenario has an event for every handler');
    await sameStateInAnyOrder({
      listeners: module.listens ?? [],
      events: scenario.events,
      stage: () => openStage(t, module, scenario),
      rounds: 6,
    });
    t.pass('every order of events led to the same state');
    return undefined;
  });
}

async function openStage(t: Test, module: Module, { before }: Scenario) {
  const place = await openPlace(t);
  const config = loadConfig(place.environment);
  const foundation = await layFoundation({
    config,
    modules: [module],
    ...place,
    log: pino({ level: 'silent' }),
  });
  t.teardown(() => foundation.opened.unwind());
  const [prepared] = foundation.prepared;
  const { context } = prepared!;
  await before?.(context);
  return { context, state: () => dump(module, context) };
}

/** All documents of a module, without what may differ from run to run: times, ids made at random. */
async function dump(module: Module, { db }: ModuleContext): Promise<unknown> {
  const state: Record<string, unknown> = {};
  for (const name of Object.keys(module.collections ?? {})) {
    const documents = await db.collection(name).find().toArray();
    state[name] = documents
      .map(strip)
      .map((one) => JSON.stringify(one, withoutAttempts))
      .toSorted();
  }
  return state;
}

/** Which attempt set a line aside, and when, is a matter of chance. */
function withoutAttempts(name: string, value: unknown): unknown {
  return name === 'attempt' || name === 'at' ? undefined : value;
}

function strip(document: Record<string, unknown>): unknown {
  const { outbox: _outbox, createdAt: _createdAt, updatedAt: _updatedAt, ...rest } = document;
  const ids = 'orderId' in rest ? { _id: '' } : {};
  const answers = rest['answers'];
  return Object.fromEntries(
    Object.entries({ ...rest, ...ids, ...(answers ? { answers: sorted(answers) } : {}) }).toSorted(
      ([a], [b]) => a.localeCompare(b),
    ),
  );
}

function sorted(object: object): unknown {
  return Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => a.localeCompare(b)));
}
