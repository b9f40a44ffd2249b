/** `products`: the catalogue, its search, and the stock with its reservations. */
import { defineModule, on } from '#host';
import {
  catalogueRequested,
  orderCancelled,
  orderPaid,
  orderPaymentFailed,
  orderPlaced,
  orderPlacedForDelivery,
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
import { createImports } from './admin/import-routes.ts';
import { operatorRoutes } from './admin/routes.ts';
import { createFreshIndex } from './catalogue/fresh-index.ts';
import { migrateProducts } from './catalogue/migration.ts';
import { productRoutes } from './catalogue/routes.ts';
import { openCatalogue, pictureIndexes, productIndexes } from './catalogue/store.ts';
import { dropChanged, recover, sendCatalogue, stockHandlers } from './handlers.ts';
import { badLineIndexes, importIndexes, openImports } from './import/imports.ts';
import { migrateStock } from './inventory/migration.ts';
import { reservationIndexes } from './inventory/reservation.ts';
import { createStock, openInventory } from './inventory/stock.ts';
import { measureStored } from './pictures/describe.ts';
import { createRenditions, renditionIndexes } from './pictures/renditions.ts';
import { renditionRoutes } from './pictures/routes.ts';
import { loadSample } from './sample/load.ts';
import { settings } from './settings.ts';

/** Nobody waits for a sale to be noted, so many are by one statement, in ms. */
const SALE_LINGER_MS = 250;

/** A process of an earlier Millrace may run beside this one, and measures no pictures that it stores, in ms. */
const MEASURE_EVERY_MS = 60_000;
/** In ms: an hour. */
const REMOVE_UNUSED_EVERY_MS = 3_600_000;

export const products = defineModule({
  name: 'products',
  description: 'The catalogue and its stock',
  stream: PRODUCTS_STREAM,
  publishes: [productUpdated, catalogueSent, stockReserved, stockRejected, stockChanged, stockLow],
  listens: [
    orderPlaced,
    orderPlacedForDelivery,
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
    images: { indexes: pictureIndexes },
    renditions: { indexes: renditionIndexes },
    imports: { indexes: importIndexes },
    badLines: { indexes: badLineIndexes },
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
    const { log, signal, transaction } = context;
    const catalogue = openCatalogue(context);
    const freshIndex = createFreshIndex(catalogue);
    const inventory = openInventory(context, catalogue);
    const stock = stockHandlers(createStock(inventory));
    const drop = dropChanged(catalogue);
    const renditions = createRenditions(catalogue);
    const imports = createImports({ catalogue, store: openImports(context.db), log, signal });
    return {
      handlers: [
        on(orderPlaced, stock.reserveStock),
        on(orderPlacedForDelivery, stock.reserveStock),
        on(orderPaid, stock.sellStock, { lingerMs: SALE_LINGER_MS }),
        on(orderPaymentFailed, stock.releaseStock),
        on(orderRejected, stock.releaseStock),
        on(orderCancelled, stock.releaseStock),
        on(orderRefunded, stock.restockRefunded),
        on(catalogueRequested, (events) => sendCatalogue(inventory, events)),
        on(productUpdated, drop),
        on(stockChanged, drop),
        on(stockLow, drop),
      ],
      async routes(app) {
        await productRoutes(catalogue, freshIndex)(app);
        await renditionRoutes(renditions)(app);
      },
      async adminRoutes(app) {
        // Before those of one product: no product is called so.
        await imports.routes(app);
        await operatorRoutes(inventory, freshIndex)(app);
      },
      async start() {
        await migrateStock({ db: context.db, transaction, log });
        await migrateProducts(catalogue, log);
        await loadSample(catalogue, context);
        // So that the first search need not wait; one that fails is made good by that search.
        void freshIndex().catch(() => undefined);
      },
      jobs: [
        {
          name: 'measuring pictures',
          everyMs: MEASURE_EVERY_MS,
          run: () => measureStored(catalogue),
        },
        {
          name: 'removing renditions of former pictures',
          everyMs: REMOVE_UNUSED_EVERY_MS,
          run: () => renditions.removeUnused(),
        },
      ],
      stop: () => imports.stop(),
      recover: (since) => recover(inventory, since),
    };
  },
});
