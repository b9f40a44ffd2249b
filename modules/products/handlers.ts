/** What `products` does when orders come, are paid, or end. */
import type { Filter } from 'mongodb';
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
import { askForEnds, release, reserve, sell } from './stock.ts';

export async function reserveStock(
  events: EventOf<typeof orderPlaced>[],
  context: ModuleContext,
): Promise<void> {
  await reserve(
    context,
    events.map((event) => ({
      orderId: event.data.orderId,
      lines: event.data.items.map(({ productId, quantity }) => ({ productId, quantity })),
      again: event.data.again === true,
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
  const products = await publishProducts(context, {});
  await context.republish(
    events.map((event) =>
      catalogueSent.create({ requestId: event.data.requestId, products }, event),
    ),
  );
}

/** Publishes again what Redis may have lost: products that were changed, and open reservations. */
export async function recover(context: ModuleContext, since: number): Promise<void> {
  await publishProducts(context, { updatedAt: { $gte: new Date(since) } });
  await askForEnds(context);
}

/** Publishes products again as they are now. Gives how many there were. */
function publishProducts(context: ModuleContext, filter: Filter<ProductDocument>): Promise<number> {
  const found = context.db.collection<ProductDocument>('products').find(filter);
  return context.republish(found.map(toEvent));
}
