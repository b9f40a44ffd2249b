/** `orders`: validates and creates orders, and runs each through its states. */
import { defineModule, on } from '#host';
import { customerErased } from '../gateway/events.ts';
import { catalogueSent, productUpdated } from '../products/events.ts';
import { noteCatalogueSize, requestCatalogue, storeProducts } from './catalogue.ts';
import { catalogueRequested, orderEvents, ORDERS_STREAM } from './events.ts';
import { eraseCustomers, personalData } from './erasure.ts';
import { endOverdue } from './end-order.ts';
import { eventStream } from './event-stream.ts';
import { answers } from './handlers.ts';
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
  listens: [
    on(productUpdated, storeProducts),
    on(catalogueSent, noteCatalogueSize),
    ...answers,
    on(customerErased, eraseCustomers),
  ],
  collections: {
    orders: { indexes: orderIndexes, outbox: true },
    catalogue: {},
    state: { outbox: true },
  },
  routes: async (app, context) => {
    await orderRoutes(app, context);
    await eventStream()(app, context);
  },
  adminRoutes: operatorTimelineRoutes,
  personalData,
  tasks: [{ name: 'ending overdue orders', everyMs: TIME_OUT_EVERY_MS, run: endOverdue }],
  async start(context) {
    await upgradeOrders(context);
    await requestCatalogue(context);
  },
  recover,
  events: rememberedEvents,
});
