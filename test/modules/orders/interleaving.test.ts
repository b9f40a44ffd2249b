/**
 * Processes that work on the same orders at the same time, each of which may stand still or die between
 * any two operations: every order ends in what its answers say, and tells each step of its life once.
 */
import { test, type Test } from 'tap';
import { createRouter } from '../../../src/bus/consume/router.ts';
import { toEntry } from '../../../src/bus/contract/wire.ts';
import { DomainError, type OutboxRecord } from '../../../src/index.ts';
import { identityScored } from '../../../modules/digital-identity/events.ts';
import { cancelOrder, expireOrders } from '../../../modules/orders/end-order.ts';
import { orders } from '../../../modules/orders/index.ts';
import { statusOf } from '../../../modules/orders/replies.ts';
import { eventOf, STATUS } from '../../../modules/orders/states.ts';
import type { Settings } from '../../../modules/orders/settings.ts';
import { openOrderStore } from '../../../modules/orders/store.ts';
import {
  paymentFailed,
  paymentProcessed,
  paymentRefunded,
} from '../../../modules/payments/events.ts';
import { stockRejected, stockReserved } from '../../../modules/products/events.ts';
import type { EventContract } from '../../../src/bus/index.ts';
import { createRandom, type Random } from '../../faults/random.ts';
import { runWithFaults, type Step } from '../../fault-injection.ts';
import { entriesOf, place, type OrderBody } from '../../shop.ts';
import { eventually, type TestHost } from '../../support.ts';
import { PRICE, startOrders } from './fakes.ts';

const ROUNDS = 8;
const ORDERS = 6;
const PROCESSES = 4;

/** Gives an event of another module to its handler. */
function tell(contract: EventContract, event: OutboxRecord): Step {
  return async (process) => {
    const { handlers = [] } = orders.setup?.(process) ?? {};
    const route = createRouter(
      contract.stream,
      handlers.filter((one) => one.contract.stream === contract.stream),
    );
    const routed = route(['1-0', toEntry(event)]);
    if (routed.kind !== 'event') throw new Error(`no handler wants ${event.type}`);
    await routed.listener.handle([routed.event]);
  };
}

/** What other modules may say of an order; the same event however often it is told. */
function answersTo({ orderId, userId }: OrderBody, random: Random): Step[] {
  const paymentId = `payment-of-${orderId}`;
  const ids = { orderId, userId, paymentId };
  const refund = { refundId: 'r', amount: PRICE, refundedAmount: PRICE, reason: 'as asked' };
  const isReserved = random.next() < 0.8;
  const isPaid = random.next() < 0.7;
  return [
    isReserved
      ? tell(stockReserved, stockReserved.create({ orderId }))
      : tell(stockRejected, stockRejected.create({ orderId, productIds: ['a'] })),
    tell(
      identityScored,
      identityScored.create({ orderId, userId, score: random.next() < 0.9 ? 1 : 0 }),
    ),
    isPaid
      ? tell(paymentProcessed, paymentProcessed.create({ ...ids, orderStatusCode: 3 }))
      : tell(paymentFailed, paymentFailed.create({ ...ids, orderStatusCode: -3 })),
    ...(isPaid && random.next() < 0.3
      ? [tell(paymentRefunded, paymentRefunded.create({ ...ids, ...refund, orderStatusCode: 4 }))]
      : []),
  ];
}

/** What is decided here: its owner cancels the order, or its answers are too late. */
function decisionsOn({ orderId, userId }: OrderBody, random: Random): Step[] {
  const cancel: Step = async (process) => {
    const wanted = { orderId, userId, reason: 'as asked', withinMs: 3_600_000, trace: {} };
    await cancelOrder(openOrderStore(process), wanted).catch((error: unknown) => {
      // Too late.
      if (!(error instanceof DomainError)) throw error;
    });
  };
  const end: Step = async (process) => {
    const store = openOrderStore(process);
    await store.orders.updateOne({ _id: orderId }, { $set: { since: new Date(0) } });
    const { log } = process;
    await expireOrders(store, { settings: process.settings as Settings, log, since: 0 });
  };
  return [...(random.next() < 0.4 ? [cancel] : []), ...(random.next() < 0.2 ? [end] : [])];
}

async function check(t: Test, host: TestHost, { orderId }: OrderBody): Promise<void> {
  const { orders: stored } = openOrderStore(host.context('orders'));
  await eventually(`all of ${orderId} is published`, async () => {
    const waiting = await stored.countDocuments({ _id: orderId, 'outbox.0': { $exists: true } });
    return waiting === 0;
  });
  const order = (await stored.findOne({ _id: orderId }))!;
  t.equal(order.orderStatusCode, statusOf(order.answers), 'its status is what its answers say');
  const own = order.timeline.filter(({ stream }) => stream === 'ORDERS_STREAM');
  const types = own.map(({ type }) => type);
  t.equal(new Set(types).size, types.length, `each step once: ${types.join(', ')}`);
  t.equal(types[0], eventOf(STATUS.created));
  t.ok(types.includes(eventOf(order.orderStatusCode)), 'the step to its status among them');
  const told = (await entriesOf(host, 'ORDERS_STREAM')).filter(
    (fields) => fields['orderId'] === orderId,
  );
  t.same(
    new Set(told.map(({ eventId }) => eventId)),
    new Set(own.map(({ eventId }) => eventId)),
    'the stream has heard of all of them, and of nothing else',
  );
}

test('every order tells each step once, whenever processes stand still and die', async (t) => {
  const environment = { ORDER_ANSWER_TIMEOUT_MS: '600000', ORDER_PAYMENT_TIMEOUT_MS: '600000' };
  const host = await startOrders(t, { environment });
  for (let round = 1; round <= ROUNDS; round += 1) {
    await t.test(`seed ${round}`, async (sub) => {
      const random = createRandom(round);
      const placed: OrderBody[] = [];
      for (let i = 0; i < ORDERS; i += 1) placed.push(await place(host, { a: 1 }));
      const steps = placed.flatMap((order) => {
        const all = [...answersTo(order, random), ...decisionsOn(order, random)];
        return [...all, ...all.filter(() => random.next() < 0.5)];
      });
      await runWithFaults(host.context('orders'), random.shuffle(steps), PROCESSES, random);
      for (const order of placed) await check(sub, host, order);
    });
  }
});
