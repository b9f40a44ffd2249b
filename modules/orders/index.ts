/** `orders`: validates and creates orders, and runs each through its states. */
import { defineModule, on } from '#host';
import { customerErased } from '../gateway/events.ts';
import { catalogueSent, productUpdated } from '../products/events.ts';
import { noteCatalogueSize, requestCatalogue, storeProducts } from './catalogue.ts';
import { catalogueRequested, orderEvents, ORDERS_STREAM } from './events.ts';
import { eraseCustomers, personalData } from './erasure.ts';
import { endOverdue } from './end-order.ts';
import { eventStream } from './event-stream.ts';
import { ANSWERS, answerHandlers } from './handlers.ts';
import { operatorTimelineRoutes, orderRoutes } from './routes.ts';
import { orderIndexes } from './store.ts';
import { recover, rememberedEvents } from './order-events.ts';
import { upgradeOrders } from './migration.ts';

/** The pause between two looks for orders that wait too long, in ms. */
const TIME_OUT_EVERY_MS = 1000;

export const orders = defineModule({
  name: 'orders',
  description: 'Orders, from being placed to their end',
  stream: ORDERS_STREAM,
  publishes: [...orderEvents, catalogueRequested],
  listens: [productUpdated, catalogueSent, ...ANSWERS, customerErased],
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
      ...answerHandlers(context),
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
        run: () => endOverdue(context),
      },
    ],
    async start() {
      await upgradeOrders(context);
      await requestCatalogue(context);
    },
    recover: (since) => recover(context, since),
    eventHistory: () => rememberedEvents(context),
  }),
});
