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
import { handlePayments, handleRejected, handleReserved } from './handlers.ts';
import { orderRoutes } from './routes.ts';
import { askAgain, orderIndexes } from './store.ts';

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
    on(stockReserved, handleReserved),
    on(stockRejected, handleRejected),
    on(paymentProcessed, handlePayments('processed')),
    on(paymentFailed, handlePayments('failed')),
  ],
  collections: {
    orders: { indexes: orderIndexes, outbox: true },
    catalogue: {},
    state: { outbox: true },
  },
  routes: orderRoutes,
  start: requestCatalogue,
  recover: askAgain,
});
