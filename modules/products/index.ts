/** `products`: the catalogue, its search, and the stock with its reservations. */
import { defineModule, on } from '#host';
import {
  catalogueRequested,
  orderCancelled,
  orderPaid,
  orderPaymentFailed,
  orderPlaced,
  orderRefunded,
  orderRejected,
} from '../orders/events.ts';
import {
  catalogueSent,
  productUpdated,
  PRODUCTS_STREAM,
  stockChanged,
  stockLow,
  stockRejected,
  stockReserved,
} from './events.ts';
import { operatorRoutes } from './admin/routes.ts';
import { productIndexes } from './catalogue/store.ts';
import { freshIndex } from './catalogue/fresh-index.ts';
import {
  dropChanged,
  recover,
  reserveStock,
  restockRefunded,
  sendCatalogue,
  withIds,
} from './handlers.ts';
import { productRoutes } from './catalogue/routes.ts';
import { reservationIndexes } from './inventory/reservation.ts';
import { loadSample } from './sample/load.ts';
import { release, sell } from './inventory/stock.ts';
import { upgradeProducts } from './catalogue/migration.ts';
import { upgradeStock } from './inventory/migration.ts';

/** Nobody waits for a sale to be noted, so many are by one statement, in ms. */
const SALE_LINGER_MS = 250;

export const products = defineModule({
  name: 'products',
  description: 'The catalogue and its stock',
  stream: PRODUCTS_STREAM,
  publishes: [productUpdated, catalogueSent, stockReserved, stockRejected, stockChanged, stockLow],
  listens: [
    on(orderPlaced, reserveStock),
    on(orderPaid, withIds(sell), { lingerMs: SALE_LINGER_MS }),
    on(orderPaymentFailed, withIds(release)),
    on(orderRejected, withIds(release)),
    on(orderCancelled, withIds(release)),
    on(orderRefunded, restockRefunded),
    on(catalogueRequested, sendCatalogue),
    on(productUpdated, dropChanged),
    on(stockChanged, dropChanged),
    on(stockLow, dropChanged),
  ],
  collections: {
    products: { indexes: productIndexes, outbox: true },
    reservations: { indexes: reservationIndexes, outbox: true },
    images: {},
  },
  routes: productRoutes,
  adminRoutes: operatorRoutes,
  async start(context) {
    await upgradeStock(context);
    await upgradeProducts(context);
    await loadSample(context);
    // So that the first search need not wait; one that fails is made good by that search.
    void freshIndex(context.db).catch(() => undefined);
  },
  recover,
});
