/** What `products` does when orders come, are paid, or end. */
import type { EventOf, ModuleContext } from '#host';
import type {
  catalogueRequested,
  orderPaid,
  orderPaymentFailed,
  orderPlaced,
  orderRejected,
} from '../orders/events.ts';
import { catalogueSent } from './events.ts';
import { toEvent, type ProductDocument } from './product.ts';
import { release, reserve, sell } from './stock.ts';

/** Products that are read and published at a time when the whole catalogue is asked for. */
const BATCH = 500;

export async function reserveStock(
  events: EventOf<typeof orderPlaced>[],
  context: ModuleContext,
): Promise<void> {
  await reserve(
    context,
    events.map((event) => ({
      orderId: event.data.orderId,
      lines: event.data.items.map(({ productId, quantity }) => ({ productId, quantity })),
      cause: event,
    })),
  );
}

export async function sellStock(
  events: EventOf<typeof orderPaid>[],
  context: ModuleContext,
): Promise<void> {
  await sell(context, orderIds(events));
}

export async function releaseStock(
  events: EventOf<typeof orderPaymentFailed | typeof orderRejected>[],
  context: ModuleContext,
): Promise<void> {
  await release(context, orderIds(events));
}

function orderIds(events: readonly { data: { orderId: string } }[]): string[] {
  return events.map(({ data }) => data.orderId);
}

/** Publishes every product again, for somebody whose copy is empty. */
export async function sendCatalogue(
  events: EventOf<typeof catalogueRequested>[],
  context: ModuleContext,
): Promise<void> {
  let count = 0;
  let batch: ProductDocument[] = [];
  const flush = async (): Promise<void> => {
    await context.republish(batch.map(toEvent));
    count += batch.length;
    batch = [];
  };
  for await (const product of context.db.collection<ProductDocument>('products').find()) {
    batch.push(product);
    if (batch.length === BATCH) await flush();
  }
  await flush();
  await context.republish(
    events.map((event) =>
      catalogueSent.create({ requestId: event.data.requestId, products: count }, event),
    ),
  );
}
