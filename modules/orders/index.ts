/** `orders`: validates and creates orders, and runs each through its states. */
import { defineModule, on } from '#host';
import { identityScored } from '../digital-identity/events.ts';
import { customerErased } from '../gateway/events.ts';
import {
  paymentFailed,
  paymentProcessed,
  paymentRefunded,
  paymentRefundFailed,
} from '../payments/events.ts';
import { catalogueSent, productUpdated, stockRejected, stockReserved } from '../products/events.ts';
import { noteCatalogueSize, requestCatalogue, storeProducts } from './catalogue.ts';
import {
  catalogueRequested,
  orderAccepted,
  orderAcceptedPrecisely,
  orderCancelled,
  orderPaid,
  orderPaymentFailed,
  orderPlaced,
  orderRefunded,
  orderRefundFailed,
  orderRefundRequested,
  orderRejected,
  ORDERS_STREAM,
} from './events.ts';
import { eraseCustomers, personalData } from './erasure.ts';
import { eventStream } from './event-stream.ts';
import {
  handleFailed,
  handleProcessed,
  handleRefund,
  handleRejected,
  handleReserved,
  handleScored,
} from './handlers.ts';
import { recover, rememberedEvents } from './recovery.ts';
import { orderRoutes } from './routes.ts';
import { orderIndexes } from './store.ts';
import { endOverdue } from './time-out.ts';
import { operatorTimelineRoutes, timelineRoutes } from './timeline-routes.ts';
import { upgradeOrders } from './upgrade.ts';

/** The pause between two looks for orders that wait too long, in ms. */
const TIME_OUT_EVERY_MS = 1000;

export const orders = defineModule({
  name: 'orders',
  description: 'Orders, from being placed to their end',
  stream: ORDERS_STREAM,
  publishes: [
    orderPlaced,
    orderAccepted,
    orderAcceptedPrecisely,
    orderRejected,
    orderPaid,
    orderPaymentFailed,
    orderCancelled,
    orderRefundRequested,
    orderRefunded,
    orderRefundFailed,
    catalogueRequested,
  ],
  listens: [
    on(productUpdated, storeProducts),
    on(catalogueSent, noteCatalogueSize),
    on(stockReserved, handleReserved),
    on(stockRejected, handleRejected),
    on(identityScored, handleScored),
    on(paymentProcessed, handleProcessed),
    on(paymentFailed, handleFailed),
    on(paymentRefunded, handleRefund),
    on(paymentRefundFailed, handleRefund),
    on(customerErased, eraseCustomers),
  ],
  collections: {
    orders: { indexes: orderIndexes, outbox: true },
    catalogue: {},
    state: { outbox: true },
  },
  routes: async (app, context) => {
    await orderRoutes(app, context);
    await timelineRoutes(app, context);
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
