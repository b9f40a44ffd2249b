/** `orders`: validates and creates orders, and runs each through its states. */
import { defineModule, on } from '#host';
import { paymentFailed, paymentProcessed } from '../payments/events.ts';
import { catalogueSent, productUpdated, stockRejected, stockReserved } from '../products/events.ts';
import { noteCatalogueSize, requestCatalogue, storeProducts } from './catalogue.ts';
import {
  catalogueRequested,
  orderAccepted,
  orderPaid,
  orderPaymentFailed,
  orderPlaced,
  orderRejected,
  ORDERS_STREAM,
} from './events.ts';
import { orderRoutes } from './routes.ts';
import { orderIndexes, storeAnswers } from './store.ts';

export const orders = defineModule({
  name: 'orders',
  stream: ORDERS_STREAM,
  publishes: [
    orderPlaced,
    orderAccepted,
    orderRejected,
    orderPaid,
    orderPaymentFailed,
    catalogueRequested,
  ],
  listens: [
    on(productUpdated, storeProducts),
    on(catalogueSent, noteCatalogueSize),
    on(stockReserved, (events, context) =>
      storeAnswers(context, events, () => ({ stock: { outcome: 'reserved' } })),
    ),
    on(stockRejected, (events, context) =>
      storeAnswers(context, events, ({ data: { productIds } }) => ({
        stock: { outcome: 'rejected', productIds },
      })),
    ),
    on(paymentProcessed, (events, context) =>
      storeAnswers(context, events, ({ data: { paymentId } }) => ({
        payment: { outcome: 'processed', paymentId },
      })),
    ),
    on(paymentFailed, (events, context) =>
      storeAnswers(context, events, ({ data: { paymentId } }) => ({
        payment: { outcome: 'failed', paymentId },
      })),
    ),
  ],
  collections: {
    orders: { indexes: orderIndexes, outbox: true },
    catalogue: {},
    state: { outbox: true },
  },
  routes: orderRoutes,
  start: requestCatalogue,
});
