/** `orders`: validates and creates orders, and runs each through its states. */
import { defineModule, on } from '#host';
import { customerErased } from '../gateway/events.ts';
import { catalogueSent, productUpdated } from '../products/events.ts';
import { noteCatalogueSize, requestCatalogue, storeProducts } from './catalogue.ts';
import { catalogueRequested, orderEvents, ORDERS_STREAM } from './events.ts';
import { eraseCustomers, personalData } from './erasure.ts';
import { expireOrders } from './end-order.ts';
import { eventStream } from './event-stream.ts';
import { REPLIES, replyHandlers } from './handlers.ts';
import { operatorTimelineRoutes, orderRoutes } from './routes.ts';
import { orderIndexes } from './store.ts';
import { eventHistory, recover } from './republish.ts';
import { migrateOrders } from './migration.ts';
import { settings } from './settings.ts';

/** The pause between two looks for orders that wait too long, in ms. */
const TIME_OUT_EVERY_MS = 1000;

export const orders = defineModule({
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
  setup: (context) => ({
    handlers: [
      on(productUpdated, (events) => storeProducts(events, context)),
      on(catalogueSent, (events) => noteCatalogueSize(events, context)),
      ...replyHandlers(context),
      on(customerErased, (events) => eraseCustomers(events, context)),
    ],
    async routes(app) {
      await orderRoutes(context)(app);
      await eventStream(context)(app);
    },
    adminRoutes: operatorTimelineRoutes(context),
    personalData: (userId) => personalData(context, userId),
    jobs: [
      {
        name: 'ending overdue orders',
        everyMs: TIME_OUT_EVERY_MS,
        run: () => expireOrders(context),
      },
    ],
    async start() {
      await migrateOrders(context);
      await requestCatalogue(context);
    },
    recover: (since) => recover(context, since),
    eventHistory: () => eventHistory(context),
  }),
});
