/** `payments`: takes and records payments through a provider. */
import { defineModule, on } from '#host';
import { orderAccepted } from '../orders/events.ts';
import { paymentFailed, paymentProcessed, PAYMENTS_STREAM } from './events.ts';
import { takePayments } from './handlers.ts';
import { paymentRoutes } from './routes.ts';
import { simulatedProvider } from './simulated.ts';
import { paymentIndexes } from './store.ts';

export const payments = defineModule({
  name: 'payments',
  stream: PAYMENTS_STREAM,
  publishes: [paymentProcessed, paymentFailed],
  listens: [
    on(
      orderAccepted,
      takePayments(({ config }) => simulatedProvider(config.PAYMENTS_SIMULATED_LIMIT)),
    ),
  ],
  collections: { payments: { indexes: paymentIndexes, outbox: true } },
  routes: paymentRoutes,
});
