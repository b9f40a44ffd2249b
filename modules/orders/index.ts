/** `orders`: validates and creates orders, and runs each through its states. */
import { defineModule, on } from '#host';
import { customerErased } from '../gateway/events.ts';
import { catalogueSent, productUpdated } from '../products/events.ts';
import { adminRoutes } from './admin/routes.ts';
import { noteCatalogueSize, openCatalogue, requestCatalogue, storeProducts } from './catalogue.ts';
import { expireOrders } from './end-order.ts';
import { catalogueRequested, orderEvents, ORDERS_STREAM } from './events.ts';
import { createOrderErasure, personalData, REPLIES, replyHandlers } from './handlers.ts';
import { migrateOrders } from './migration.ts';
import { createBackPressure } from './place-order.ts';
import { createRecordReplies } from './record-replies.ts';
import { eventHistory, recover, republishOrders } from './republish.ts';
import { orderRoutes } from './routes.ts';
import { settings } from './settings.ts';
import { numberOrders } from './search.ts';
import { openOrderStore, orderIndexes } from './store.ts';
import { watchRoutes, type WatchTimes } from './watch-order.ts';

/** The pause between two checks for orders that wait too long, in ms. */
const EXPIRE_EVERY_MS = 1000;
/** The pause between two searches for orders without a number, in ms. */
const NUMBER_EVERY_MS = 5000;

/** The module, with other times of its event streams where they are given. */
export const createOrders = (times: Partial<WatchTimes> = {}) =>
  defineModule({
    name: 'orders',
    description: 'Orders, from being placed to their end',
    stream: ORDERS_STREAM,
    publishes: [...orderEvents, catalogueRequested],
    listens: [productUpdated, catalogueSent, ...REPLIES, customerErased],
    settings,
    collections: {
      orders: { indexes: orderIndexes, outbox: true },
      catalogue: {},
      state: { outbox: true },
    },
    provides: ['routes', 'adminRoutes', 'eventHistory', 'personalData'],
    setup(context) {
      const { settings: own, log, signal, republish, healthySince, watch } = context;
      const { failuresOf, trace } = context;
      const store = openOrderStore(context);
      const catalogue = openCatalogue(context);
      const erasure = createOrderErasure(store, context.pseudonyms);
      const recordReplies = createRecordReplies(store, own.BUS_CONCURRENCY);
      const requireCapacity = createBackPressure(store, own.ORDER_BACKLOG_MS);
      return {
        handlers: [
          on(productUpdated, (events) => storeProducts(catalogue, events)),
          on(catalogueSent, (events) => noteCatalogueSize(catalogue, events)),
          ...replyHandlers({
            recordReplies,
            republishOrders: (orderIds) => republishOrders(store, republish, orderIds),
            leastScore: own.IDENTITY_MIN_SCORE,
          }),
          on(customerErased, (events) => erasure.eraseCustomers(events)),
        ],
        async routes(app) {
          const shop = { store, catalogue, requireCapacity, erasure, settings: own, log };
          await orderRoutes(shop, failuresOf)(app);
          await watchRoutes({ store, watch, settings: own, signal }, times)(app);
        },
        adminRoutes: adminRoutes({ store, settings: own, failuresOf, trace }),
        personalData: (userId) => personalData(store, userId, own.ORDER_CANCEL_WITHIN_MS),
        jobs: [
          {
            name: 'numbering orders of earlier versions',
            everyMs: NUMBER_EVERY_MS,
            run: () => numberOrders(store),
          },
          {
            name: 'expiring orders',
            everyMs: EXPIRE_EVERY_MS,
            run: async () =>
              expireOrders(store, { settings: own, log, since: await healthySince() }),
          },
        ],
        async start() {
          await migrateOrders(store, log);
          await requestCatalogue(catalogue);
        },
        recover: (since) => recover(store, republish, since),
        eventHistory: () => eventHistory(store),
      };
    },
  });

export const orders = createOrders();
