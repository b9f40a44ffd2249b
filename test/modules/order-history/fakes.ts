/**
 * Modules in the place of `orders` and `payments` that say what a test wants said, and remember it:
 * a document for each order, with its events as they were first published.
 */
import {
  defineModule,
  type Module,
  type ModuleContext,
  type OutboxRecord,
} from '../../../src/index.ts';
import { ORDERS_STREAM } from '../../../modules/orders/events.ts';
import { PAYMENTS_STREAM } from '../../../modules/payments/events.ts';
import { orderHistory } from '../../../modules/order-history/index.ts';
import type { TestHost } from '../../support.ts';

interface Remembered {
  _id: string;
  told: OutboxRecord[];
  outbox: OutboxRecord[];
}

const remembered = ({ db }: ModuleContext) => db.collection<Remembered>('told');

function fake(name: string, stream: string): Module {
  return defineModule({
    name,
    stream,
    collections: { told: { outbox: true } },
    provides: ['eventHistory'],
    setup: (context) => ({
      async *eventHistory() {
        for await (const { told } of remembered(context).find().sort({ _id: 1 })) yield* told;
      },
    }),
  });
}

export const fakes: readonly Module[] = [
  fake('orders', ORDERS_STREAM),
  fake('payments', PAYMENTS_STREAM),
];

/** A shop whose history is real and whose orders and payments are what a test tells. */
export const historyShop: readonly Module[] = [...fakes, orderHistory];

/** What happened to orders, as each of the two publishes it. */
export interface Told {
  orders?: OutboxRecord[];
  payments?: OutboxRecord[];
}

/** Writes events down and publishes them, as the two would. */
export async function tell(host: Pick<TestHost, 'context'>, told: Told): Promise<void> {
  for (const [name, events] of Object.entries(told) as [keyof Told, OutboxRecord[]][]) {
    if (events.length === 0) continue;
    const context = host.context(name);
    const byOrder = [...Map.groupBy(events, ({ key }) => key)];
    await remembered(context).bulkWrite(
      byOrder.map(([_id, some]) => ({
        updateOne: {
          filter: { _id },
          update: { $push: { told: { $each: some }, outbox: { $each: some } } },
          upsert: true,
        },
      })),
    );
    await context.publish(
      'told',
      byOrder.map(([_id, outbox]) => ({ _id, outbox })),
    );
  }
}

/** Writes down what was told and handled long ago: no stream holds it any more. */
export async function remember(host: Pick<TestHost, 'context'>, told: Told): Promise<void> {
  for (const [name, events] of Object.entries(told) as [keyof Told, OutboxRecord[]][]) {
    const byOrder = [...Map.groupBy(events, ({ key }) => key)];
    await remembered(host.context(name)).insertMany(
      byOrder.map(([_id, some]) => ({ _id, told: some, outbox: [] })),
    );
  }
}
