/** `order-history`: what a customer bought and what the shop sold, a read model made of events alone. */
import { defineModule, on } from '#host';
import { customerErased } from '../gateway/events.ts';
import {
  orderAccepted,
  orderAcceptedPrecisely,
  orderCancelled,
  orderPaid,
  orderPaymentFailed,
  orderPlaced,
  orderRefunded,
  orderRefundRequested,
  orderRejected,
  ORDERS_STREAM,
} from '../orders/events.ts';
import {
  paymentFailed,
  paymentProcessed,
  paymentRefunded,
  paymentRefundFailed,
  PAYMENTS_STREAM,
} from '../payments/events.ts';
import { adminRoutes } from './admin-routes.ts';
import { eraseCustomers, personalData } from './erasure.ts';
import { keep, keepRefundFailures, keepRefunds } from './handlers.ts';
import { declinedOf, happened, placedOf, withPayment, withReason } from './history.ts';
import { historyRoutes } from './routes.ts';
import { checkTimeZone } from './statistics-store.ts';
import { historyIndexes } from './store.ts';

export const orderHistory = defineModule({
  name: 'order-history',
  description: 'What customers bought',
  listens: [
    on(orderPlaced, keep('placed', placedOf)),
    on(orderAccepted, keep('accepted', happened)),
    on(orderAcceptedPrecisely, keep('accepted', happened)),
    on(orderRejected, keep('rejected', withReason)),
    on(orderPaid, keep('paid', withPayment)),
    on(orderPaymentFailed, keep('paymentFailed', withPayment)),
    on(orderCancelled, keep('cancelled', withReason)),
    on(orderRefundRequested, keep('refundRequested', withReason)),
    on(orderRefunded, keep('refunded', happened)),
    on(paymentProcessed, keep('processed', withPayment)),
    on(paymentFailed, keep('declined', declinedOf)),
    on(paymentRefunded, keepRefunds),
    on(paymentRefundFailed, keepRefundFailures),
    on(customerErased, eraseCustomers),
  ],
  collections: {
    history: {
      indexes: historyIndexes,
      readModel: true,
      // What these remember of a customer who is erased comes under the pseudonym already.
      sources: [ORDERS_STREAM, PAYMENTS_STREAM],
    },
  },
  personalData,
  routes: historyRoutes,
  adminRoutes,
  start: checkTimeZone,
});
