/** What `products` does when orders come, are paid, or end, and when its own catalogue changes. */
import type { Filter } from 'mongodb';
import type { EventOf, ModuleContext } from '#host';
import type {
  catalogueRequested,
  orderCancelled,
  orderPaid,
  orderPaymentFailed,
  orderPlaced,
  orderRefunded,
  orderRejected,
} from '../orders/events.ts';
import { dropProducts } from './catalogue/cache.ts';
import { productsOf, type CatalogueDocument } from './catalogue/store.ts';
import { catalogueSent, type productUpdated, type stockChanged, type stockLow } from './events.ts';
import { toEvent } from './catalogue/product.ts';
import { askForEnds } from './inventory/reservation.ts';
import { release, reserve, sell } from './inventory/stock.ts';

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

/** Handles events of orders by what is done with the ids of these. */
export function withIds(work: (orderIds: string[]) => Promise<void>) {
  return (
    events: EventOf<
      typeof orderPaid | typeof orderPaymentFailed | typeof orderRejected | typeof orderCancelled
    >[],
  ): Promise<void> => work(orderIds(events));
}

/** An order that was refunded had been paid, which may be told only later. */
export async function restockRefunded(
  events: EventOf<typeof orderRefunded>[],
  context: ModuleContext,
): Promise<void> {
  await release(context, orderIds(events.filter(({ data }) => data.restock)));
  await sell(context, orderIds(events.filter(({ data }) => !data.restock)));
}

/** Drops what is kept of products that this or another process has changed. */
export async function dropChanged(
  events: EventOf<typeof productUpdated | typeof stockChanged | typeof stockLow>[],
  context: ModuleContext,
): Promise<void> {
  await dropProducts(
    context,
    events.map(({ data }) => data.productId),
  );
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
function publishProducts(
  context: ModuleContext,
  filter: Filter<CatalogueDocument>,
): Promise<number> {
  const found = productsOf(context.db).find(filter);
  return context.republish(found.map(toEvent));
}
