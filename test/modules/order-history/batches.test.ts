/** What a batch tells of one order is stored together, and is the same as if it had come one by one. */
import type { AnyBulkWriteOperation } from 'mongodb';
import { test } from 'tap';
import { createRouter } from '../../../src/bus/consume/router.ts';
import { toEntry } from '../../../src/bus/contract/wire.ts';
import { on, type Event, type ModuleContext } from '../../../src/index.ts';
import type { HistoryDocument } from '../../../modules/order-history/history.ts';
import { orderHistory } from '../../../modules/order-history/index.ts';
import type { HistoryCollection } from '../../../modules/order-history/store.ts';
import { ORDERS_STREAM } from '../../../modules/orders/events.ts';
import { PAYMENTS_STREAM } from '../../../modules/payments/events.ts';
import { createRandom } from '../../faults/random.ts';
import { startTestHost } from '../../support.ts';
import { contentOf, historyOf } from './content.ts';
import { eventsOfAll, manyLifecycles } from './lifecycles.ts';

type Kept = Event<{ orderId: string; userId: string }>;

function receivedOf(lives: ReturnType<typeof manyLifecycles>): Kept[] {
  const { orders, payments } = eventsOfAll(lives);
  const received = (stream: string, told: typeof orders): Kept[] => {
    const heard = orderHistory.listens?.filter((contract) => contract.stream === stream) ?? [];
    const listeners = heard.map((contract) => on(contract, async () => undefined));
    const route = createRouter(stream, listeners);
    return told.map((record, i) => {
      const routed = route([`${i}-1`, toEntry(record)]);
      if (routed.kind !== 'event') throw new Error(`${record['type']} is not handled`);
      return routed.event as Kept;
    });
  };
  return [...received(ORDERS_STREAM, orders), ...received(PAYMENTS_STREAM, payments)];
}

/** What the module does with events, in a context. */
function projectionOf(context: ModuleContext<never>) {
  const [projection] = orderHistory.setup!(context).handlers!;
  return (events: Kept[]) => projection!.handle(events);
}

test('any batches of the same events lead to the same history', async (t) => {
  const host = await startTestHost(t, { modules: [orderHistory] });
  const context = host.context('order-history');
  const keep = projectionOf(context);
  const events = receivedOf(manyLifecycles(16, 'order', Date.UTC(2026, 0, 1)));
  for (const event of events) await keep([event]);
  const expected = await contentOf(host.env);
  for (const seed of [1, 2, 3]) {
    const random = createRandom(seed);
    await (await historyOf(host.env)).deleteMany({});
    const all = random.shuffle([...events, ...events]);
    while (all.length > 0) await keep(all.splice(0, random.between(1, 60)));
    t.same(await contentOf(host.env), expected, `seed ${seed}`);
  }
});

test('the steps of an order that come together are one update', async (t) => {
  const host = await startTestHost(t, { modules: [orderHistory] });
  const context = host.context('order-history');
  const updates: unknown[] = [];
  const counted: ModuleContext<never> = {
    ...context,
    readModel: {
      ...context.readModel,
      write: (change) =>
        context.readModel.write((history: HistoryCollection) => {
          const bulkWrite = (operations: AnyBulkWriteOperation<HistoryDocument>[]) => {
            updates.push(...operations);
            return history.bulkWrite(operations);
          };
          return change({ bulkWrite } as never);
        }),
    },
  };
  const [life] = manyLifecycles(1, 'order', Date.UTC(2026, 0, 1));
  const events = receivedOf([life!]).filter(({ stream }) => stream === ORDERS_STREAM);
  t.same(
    events.map(({ type }) => type),
    ['order.placed', 'order.accepted', 'order.paid'],
  );
  await projectionOf(counted)(events);
  t.equal(updates.length, 1);
  const order = await (await historyOf(host.env)).findOne({ _id: life!.orderId });
  t.hasStrict(Object.keys(order ?? {}).toSorted(), ['_id', 'accepted', 'paid', 'placed']);
});
