/** `payments`: takes and records payments through a provider. */
import { defineModule, on, type ModuleContext } from '#host';
import { orderAccepted } from '../orders/events.ts';
import { paymentFailed, paymentProcessed, PAYMENTS_STREAM } from './events.ts';
import { settleOpen, takePayments } from './handlers.ts';
import type { PaymentProvider } from './provider.ts';
import { paymentRoutes } from './routes.ts';
import { simulatedProvider } from './simulated.ts';
import { paymentIndexes } from './store.ts';

const provider = ({ config }: ModuleContext): PaymentProvider =>
  simulatedProvider(config.PAYMENTS_SIMULATED_LIMIT);

export const payments = defineModule({
  name: 'payments',
  stream: PAYMENTS_STREAM,
  publishes: [paymentProcessed, paymentFailed],
  listens: [on(orderAccepted, takePayments(provider))],
  collections: { payments: { indexes: paymentIndexes, outbox: true } },
  routes: paymentRoutes,
  recover: settleOpen(provider),
});
