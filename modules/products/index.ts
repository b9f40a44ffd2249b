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
import { settings } from './settings.ts';

/** Nobody waits for a sale to be noted, so many are by one statement, in ms. */
const SALE_LINGER_MS = 250;

export const products = defineModule({
  name: 'products',
  description: 'The catalogue and its stock',
  stream: PRODUCTS_STREAM,
  publishes: [productUpdated, catalogueSent, stockReserved, stockRejected, stockChanged, stockLow],
  listens: [
    orderPlaced,
    orderPaid,
    orderPaymentFailed,
    orderRejected,
    orderCancelled,
    orderRefunded,
    catalogueRequested,
    productUpdated,
    stockChanged,
    stockLow,
  ],
  settings,
  collections: {
    products: { indexes: productIndexes, outbox: true },
    reservations: { indexes: reservationIndexes, outbox: true },
    images: {},
  },
  provides: ['routes', 'adminRoutes'],
  commands: [
    {
      name: 'import',
      summary: 'imports products into the catalogue',
      load: async () => (await import('./import/command.ts')).importCommand,
    },
  ],
  setup(context) {
    const free = withIds((orderIds) => release(context, orderIds));
    const drop = (events: Parameters<typeof dropChanged>[0]) => dropChanged(events, context);
    return {
      handlers: [
        on(orderPlaced, (events) => reserveStock(events, context)),
        on(
          orderPaid,
          withIds((orderIds) => sell(context, orderIds)),
          { lingerMs: SALE_LINGER_MS },
        ),
        on(orderPaymentFailed, free),
        on(orderRejected, free),
        on(orderCancelled, free),
        on(orderRefunded, (events) => restockRefunded(events, context)),
        on(catalogueRequested, (events) => sendCatalogue(events, context)),
        on(productUpdated, drop),
        on(stockChanged, drop),
        on(stockLow, drop),
      ],
      routes: productRoutes(context),
      adminRoutes: operatorRoutes(context),
      async start() {
        await upgradeStock(context);
        await upgradeProducts(context);
        await loadSample(context);
        // So that the first search need not wait; one that fails is made good by that search.
        void freshIndex(context.db).catch(() => undefined);
      },
      recover: (since) => recover(context, since),
    };
  },
});
