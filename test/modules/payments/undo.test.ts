/** An order that ends without its payment leaves nothing taken, whenever its events come. */
import { pino } from 'pino';
import { test } from 'tap';
import { sameStateInAnyOrder, given } from '../../../src/bus/index.ts';
import { loadConfig } from '../../../src/config/index.ts';
import { createRuntime } from '../../../src/runtime/runtime.ts';
import {
  orderAccepted,
  orderCancelled,
  orderRefundRequested,
  orderRejected,
} from '../../../modules/orders/events.ts';
import type { ModuleContext } from '../../../src/index.ts';
import { createPayments } from '../../../modules/payments/index.ts';
import type { PaymentDocument } from '../../../modules/payments/document.ts';
import { eventually, openTestEnvironment } from '../../support.ts';
import { openBank, type Bank } from './bank.ts';
import { accepted, cancelled, refundRequested, rejected, SHORT, startCounter } from './counter.ts';

const reason = 'it ended';
const userId = 'alice';

for (const first of ['processed', 'authorised', 'pending'] as const) {
  test(`in whatever order events come, with a provider that says ${first}: nothing is kept of orders that ended`, async (t) => {
    const ids = { orderId: 'cancelled', userId };
    const events = [
      ...['kept', 'cancelled', 'rejected', 'refunded'].map((orderId) =>
        given(orderAccepted, { orderId, userId, orderAmount: '100.00' }),
      ),
      given(orderCancelled, { ...ids, reason }),
      given(orderRejected, { ...ids, orderId: 'rejected', reason }),
      given(orderRefundRequested, { ...ids, orderId: 'refunded', paymentId: 'p', reason }),
    ];
    await sameStateInAnyOrder({
      events,
      rounds: 8,
      stage: async () => {
        const env = await openTestEnvironment(t);
        const bank = openBank(first);
        const module = createPayments(() => bank.provider, SHORT);
        const config = loadConfig(env.environment, [module]);
        const log = pino({ level: 'silent' });
        const runtime = await createRuntime({ config, modules: [module], ...env, log });
        t.teardown(() => runtime.opened.dispose());
        const { context, instance } = runtime.modules[0]!;
        const state = async () => {
          const books = await booksOf(context, bank);
          t.same(books.balances.slice(1), [0, 0, 0], 'nothing is kept of orders that ended');
          return books;
        };
        return { listeners: instance.handlers ?? [], state };
      },
    });
  });
}

/** What the bank holds of each order, and what is open. */
async function booksOf({ db }: ModuleContext, bank: Bank) {
  const all = db.collection<PaymentDocument>('payments');
  const orders = ['kept', 'cancelled', 'rejected', 'refunded'];
  return {
    balances: orders.map((orderId) => bank.balance(orderId)),
    open: await all.distinct('orderId', { nextAt: { $exists: true } }),
    documents: await all.countDocuments(),
    twice: [...bank.movements.values()].filter((times) => times > 1),
  };
}

test('an order that was cancelled or rejected before it is accepted is never charged', async (t) => {
  const bank = openBank('processed');
  const counter = await startCounter(t, bank.provider);
  const early = [cancelled('a'), rejected('b'), refundRequested('c')];
  await counter.publish(...early, ...early);
  await counter.publish(accepted('a'), accepted('b'), accepted('c'), accepted('d'));
  await counter.paymentOf('d');
  t.same(
    bank.asked.map(({ orderId }) => orderId),
    ['d'],
  );
  const { items } = (await counter.operator('GET', '')).json<{ items: { orderId: string }[] }>();
  t.same(
    items.map(({ orderId }) => orderId),
    ['d'],
    'the operator sees real payments alone',
  );
  t.same(await counter.told('a'), []);
});

test('a payment that waits for its buyer is let go, and its secret is not shown any more', async (t) => {
  const bank = openBank('pending');
  const counter = await startCounter(t, bank.provider);
  await counter.publish(accepted('order'));
  const { _id } = await counter.paymentOf('order', 'pending');
  await counter.publish(cancelled('order'), cancelled('order'));
  const payment = await counter.paymentOf('order', 'cancelled');
  t.equal(payment.action, undefined);
  t.equal(payment.nextAt, undefined);
  bank.pay(_id);
  t.equal(bank.balance('order'), 0);
  t.same(await counter.told('order'), [], 'nothing was taken, nothing is told');
});

test('money that is taken while its order is cancelled is given back at once', async (t) => {
  const bank = openBank('pending');
  // The cancelling comes too late: the bank has taken the money, and says so.
  const counter = await startCounter(t, {
    ...bank.provider,
    cancel: async (charge) => {
      bank.pay(charge.idempotencyKey);
      return bank.provider.capture(charge);
    },
  });
  await counter.publish(accepted('order'));
  await counter.paymentOf('order', 'pending');
  await counter.publish(cancelled('order'));
  const payment = await counter.refunded('order', 1000);
  t.match(payment, { status: 'processed', refunds: [{ amount: 1000, reason: 'by its buyer' }] });
  t.equal(bank.balance('order'), 0);
  await eventually('both are told', async () => (await counter.told('order')).length === 2);
  t.match(await counter.told('order'), [
    { type: 'payment.processed' },
    { type: 'payment.refunded', orderStatusCode: '4', refundedAmount: '1000' },
  ]);
});

test('of a payment that is partly given back the rest is, once', async (t) => {
  const bank = openBank('processed');
  const counter = await startCounter(t, bank.provider);
  await counter.publish(accepted('order'));
  const { _id } = await counter.paymentOf('order');
  await counter.operator('POST', `/${_id}/refunds`, { amount: 100 });
  await counter.publish(
    refundRequested('order', _id),
    refundRequested('order', _id),
    cancelled('order'),
  );
  const { refunds } = await counter.refunded('order', 1000);
  t.match(refunds, [{ amount: 100 }, { amount: 900 }]);
  t.equal(bank.balance('order'), 0);
});

test('an order that is undone while the provider hangs is settled when it answers', async (t) => {
  const bank = openBank('processed');
  bank.trouble = () => 'hangs';
  const counter = await startCounter(t, bank.provider);
  await counter.publish(accepted('order'));
  await counter.paymentOf('order', 'initiated');
  await counter.publish(rejected('order'));
  await eventually('it is marked', async () =>
    counter.payments.db.collection('payments').findOne({ 'undo.reason': 'no answer in time' }),
  );
  bank.trouble = () => undefined;
  await counter.paymentOf('order', 'cancelled');
  t.equal(bank.balance('order'), 0);
});
