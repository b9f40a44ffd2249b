/**
 * Processes that work on the same payments at the same time, each of which may stand still or die between
 * any two operations, and a bank that fails before and after the effect: no money is taken or given back
 * twice, and none is kept of an order that was undone.
 */
import { test, type Test } from 'tap';
import { createRouter } from '../../../src/bus/consume/router.ts';
import { toEntry } from '../../../src/bus/contract/wire.ts';
import { DomainError, type ModuleContext, type OutboxRecord } from '../../../src/index.ts';
import { ORDERS_STREAM } from '../../../modules/orders/events.ts';
import { createPayments } from '../../../modules/payments/index.ts';
import type { PaymentDocument } from '../../../modules/payments/document.ts';
import type { PaymentProvider } from '../../../modules/payments/providers/provider.ts';
import { refundedOf } from '../../../modules/payments/refund.ts';
import { refundPayment } from '../../../modules/payments/request-refund.ts';
import { pollOpenPayments } from '../../../modules/payments/advance.ts';
import { simulatedProvider } from '../../../modules/payments/providers/simulated.ts';
import { bindProvider } from '../../../modules/payments/provider-binding.ts';
import type { Settings } from '../../../modules/payments/settings.ts';
import { createRandom, type Random } from '../../faults/random.ts';
import { runWithFaults, type Step } from '../../fault-injection.ts';
import { entriesOf } from '../../shop.ts';
import { startTestHost, type TestHost } from '../../support.ts';
import { openBank, type Bank } from './bank.ts';
import { accepted, cancelled, refundRequested, rejected, SHORT } from './counter.ts';

const ROUNDS = 10;
const ORDERS = 6;
const PROCESSES = 4;
const AMOUNT = 1000;
/** Of a hundred questions to the bank so many fail, before their effect or after it. */
const FAILURES = 20;

interface Shop {
  host: TestHost;
  context: ModuleContext;
  /** Gives an event to its handler. */
  tell: (event: OutboxRecord) => Step;
  /** An operator gives back some of what an order has paid, by a request that may come again. */
  giveBack: (orderId: string, amount: number, key: string) => Step;
  poll: Step;
}

async function openShop(t: Test, provider: PaymentProvider): Promise<Shop> {
  // Its own task would take the steps out of the hands of the test.
  const timing = { ...SHORT, pollEveryMs: 86_400_000 };
  const module = createPayments(() => provider, timing);
  const bind = (process: ModuleContext) =>
    bindProvider(process as ModuleContext<Settings>, () => provider, timing);
  const host = await startTestHost(t, { modules: [module] });
  const context = host.context('payments');
  return {
    host,
    context,
    tell: (event) => async (process) => {
      const { handlers = [] } = module.setup?.(process) ?? {};
      const ofOrders = handlers.filter(({ contract }) => contract.stream === ORDERS_STREAM);
      const route = createRouter(ORDERS_STREAM, ofOrders);
      const routed = route(['1-0', toEntry(event)]);
      if (routed.kind !== 'event') throw new Error(`no handler wants ${event.type}`);
      await routed.listener.handle([routed.event]);
    },
    giveBack: (orderId, amount, idempotencyKey) => async (process) => {
      const binding = bind(process);
      const payment = await binding.store.payments.findOne({
        orderId,
        amount: { $exists: true },
      });
      if (!payment) return;
      const asked = { amount, idempotencyKey };
      await refundPayment(binding, payment._id, asked).catch((error: unknown) => {
        // Nothing was paid yet, or not so much is left.
        if (!(error instanceof DomainError)) throw error;
      });
    },
    async poll(process) {
      const binding = bind(process);
      await binding.store.payments.updateMany(
        { nextAt: { $exists: true } },
        { $set: { nextAt: new Date(0) } },
      );
      await pollOpenPayments(binding);
    },
  };
}

/** An order, and how it is undone, if it is. */
interface Order {
  orderId: string;
  undoing: OutboxRecord | undefined;
}

function newOrder(orderId: string, random: Random): Order {
  const ways = [cancelled, rejected, refundRequested];
  const undoing = random.next() < 0.5 ? random.pick(ways)(orderId) : undefined;
  return { orderId, undoing };
}

/** What an order may meet with, each perhaps twice, in any order. */
function stepsOf({ orderId, undoing }: Order, shop: Shop, random: Random): Step[] {
  const { tell, giveBack, poll } = shop;
  const all = [
    tell(accepted(orderId, AMOUNT)),
    tell(accepted(orderId, AMOUNT, true)),
    poll,
    giveBack(orderId, 300, 'a'),
    giveBack(orderId, 500, 'b'),
    ...(undoing ? [tell(undoing)] : []),
  ];
  return random.shuffle([...all, ...all.filter(() => random.next() < 0.5)]);
}

/** With a bank, it must say what we say. */
async function check(t: Test, { context, host }: Shop, orders: readonly Order[], bank?: Bank) {
  t.notOk(
    [...(bank?.movements.values() ?? [])].some((times) => times > 1),
    'no money was moved twice',
  );
  const published = await entriesOf(host, 'PAYMENTS_STREAM');
  for (const { orderId, undoing } of orders) {
    const found = await context.db
      .collection<PaymentDocument>('payments')
      .find({ orderId })
      .toArray();
    t.equal(found.length, 1, `${orderId} has one payment, or the mark of one that must not be`);
    const [payment] = found as [PaymentDocument];
    const taken = payment.status === 'processed' ? payment.amount : 0;
    const kept = taken - refundedOf(payment);
    if (undoing) t.equal(kept, 0, `nothing is kept of ${orderId}`);
    else t.equal(payment.status, 'processed', `${orderId} is paid`);
    if (bank) t.equal(bank.balance(orderId), kept, `the bank says of ${orderId} what we say`);
    const told = published.filter((fields) => fields['orderId'] === orderId);
    const strangers = told.filter(({ paymentId }) => paymentId !== payment._id);
    t.same(strangers, [], `no other payment of ${orderId} was published`);
  }
}

const BANKS = { processed: openBank('processed'), authorised: openBank('authorised') };

for (const first of ['processed', 'authorised', 'at once'] as const) {
  test(`no money is moved twice, whenever processes and a provider that says ${first} fail`, async (t) => {
    const bank = first === 'at once' ? undefined : BANKS[first];
    const shop = await openShop(t, bank?.provider ?? simulatedProvider(AMOUNT));
    const collection = shop.context.db.collection<PaymentDocument>('payments');
    for (let round = 1; round <= ROUNDS; round += 1) {
      await t.test(`seed ${round}`, async (sub) => {
        const random = createRandom(round);
        const trouble = () => {
          if (random.next() * 100 >= FAILURES) return undefined;
          return random.pick(['fails', 'fails after the effect'] as const);
        };
        if (bank) bank.trouble = trouble;
        const orders = Array.from({ length: ORDERS }, (_, i) => newOrder(`${round}-${i}`, random));
        const steps = random.shuffle(orders.flatMap((order) => stepsOf(order, shop, random)));
        await runWithFaults(shop.context, steps, PROCESSES, random);
        if (bank) bank.trouble = () => undefined;
        while (await collection.findOne({ nextAt: { $exists: true } }))
          await shop.poll(shop.context);
        await check(sub, shop, orders, bank);
      });
    }
  });
}
