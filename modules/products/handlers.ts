/** What `products` does when orders come, are paid, or end, and when its own catalogue changes. */
import type { Filter } from 'mongodb';
import type { EventOf, ModuleContext } from '#host';
import type {
  catalogueRequested,
  orderCancelled,
  orderPaid,
  orderPaymentFailed,
  orderPlaced,
  orderPlacedForDelivery,
  orderRefunded,
  orderRejected,
} from '../orders/events.ts';
import { toEvent } from './catalogue/product.ts';
import type { Catalogue, CatalogueDocument } from './catalogue/store.ts';
import { catalogueSent, type productUpdated, type stockChanged, type stockLow } from './events.ts';
import { askForOutcomes } from './inventory/reservation.ts';
import type { Inventory, Stock } from './inventory/stock.ts';

type Ended =
  | typeof orderPaid
  | typeof orderPaymentFailed
  | typeof orderRejected
  | typeof orderCancelled;
type Placed = typeof orderPlaced | typeof orderPlacedForDelivery;
type Changed = typeof productUpdated | typeof stockChanged | typeof stockLow;

/** What happens to the stock of orders. */
export function stockHandlers({ reserve, release, sell }: Stock) {
  return {
    reserveStock: (events: EventOf<Placed>[]): Promise<void> =>
      reserve(
        events.map((event) => ({
          orderId: event.data.orderId,
          lines: event.data.items.map(({ productId, quantity }) => ({ productId, quantity })),
          again: event.data.again === true,
          cause: event,
        })),
      ),
    sellStock: (events: EventOf<Ended>[]): Promise<void> => sell(orderIds(events)),
    releaseStock: (events: EventOf<Ended>[]): Promise<void> => release(orderIds(events)),
    /** An order that was refunded had been paid, of which the event may come only later. */
    restockRefunded: async (events: EventOf<typeof orderRefunded>[]): Promise<void> => {
      await release(orderIds(events.filter(({ data }) => data.restock)));
      await sell(orderIds(events.filter(({ data }) => !data.restock)));
    },
  };
}

function orderIds(events: readonly { data: { orderId: string } }[]): string[] {
  return events.map(({ data }) => data.orderId);
}

/** Drops what is kept of products that this or another process has changed. */
export function dropChanged({ cache }: Catalogue) {
  return (events: EventOf<Changed>[]): Promise<void> =>
    cache.drop(events.map(({ data }) => data.productId));
}

/** Publishes every product again, for somebody whose copy is empty. */
export async function sendCatalogue(
  inventory: Inventory,
  events: EventOf<typeof catalogueRequested>[],
): Promise<void> {
  const products = await publishProducts(inventory, {});
  await inventory.republish(
    events.map((event) =>
      catalogueSent.create({ requestId: event.data.requestId, products }, event),
    ),
  );
}

/** Publishes again what Redis may have lost: products that were changed, and open reservations. */
export async function recover(inventory: Inventory, since: number): Promise<void> {
  await publishProducts(inventory, { updatedAt: { $gte: new Date(since) } });
  await askForOutcomes(inventory.reservations, inventory.republish);
}

/** Publishes products again as they are now. Gives how many there were. */
function publishProducts(
  { catalogue, republish }: { catalogue: Catalogue; republish: ModuleContext['republish'] },
  filter: Filter<CatalogueDocument>,
): Promise<number> {
  return republish(catalogue.products.find(filter).map(toEvent));
}
