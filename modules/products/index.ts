/** `products`: the catalogue, its search, and the stock with its reservations. */
import { defineModule, on } from '#host';
import {
  catalogueRequested,
  orderPaid,
  orderPaymentFailed,
  orderPlaced,
  orderRejected,
} from '../orders/events.ts';
import {
  catalogueSent,
  productUpdated,
  PRODUCTS_STREAM,
  stockRejected,
  stockReserved,
} from './events.ts';
import { productIndexes } from './catalogue-store.ts';
import { recover, releaseStock, reserveStock, sellStock, sendCatalogue } from './handlers.ts';
import { loadSample } from './load-sample.ts';
import { productRoutes } from './routes.ts';
import { reservationIndexes } from './reservation.ts';
import { returnStrays } from './stock.ts';

export const products = defineModule({
  name: 'products',
  stream: PRODUCTS_STREAM,
  publishes: [productUpdated, catalogueSent, stockReserved, stockRejected],
  listens: [
    on(orderPlaced, reserveStock),
    on(orderPaid, sellStock),
    on(orderPaymentFailed, releaseStock),
    on(orderRejected, releaseStock),
    on(catalogueRequested, sendCatalogue),
  ],
  collections: {
    products: { indexes: productIndexes, outbox: true },
    reservations: { indexes: reservationIndexes, outbox: true },
    images: {},
  },
  routes: productRoutes,
  start: loadSample,
  recover,
  tasks: [{ name: 'returning stray lines', everyMs: 5000, run: returnStrays }],
});
