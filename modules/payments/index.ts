/** `payments`: takes, gives back and records payments through a provider. */
import { defineModule, on, type Module } from '#host';
import { customerErased } from '../gateway/events.ts';
import {
  orderAccepted,
  orderAcceptedPrecisely,
  orderCancelled,
  orderRefundRequested,
  orderRejected,
} from '../orders/events.ts';
import { pollOpenPayments } from './advance.ts';
import {
  paymentFailed,
  paymentProcessed,
  paymentRefunded,
  paymentRefundFailed,
  PAYMENTS_STREAM,
} from './events.ts';
import {
  createPaymentErasure,
  eventsAfter,
  personalData,
  takePayments,
  voidPayments,
} from './handlers.ts';
import { bindProvider, TIMING, type ProviderOf, type Timing } from './provider-binding.ts';
import { simulatedProvider } from './providers/simulated.ts';
import { stripeProvider } from './providers/stripe/provider.ts';
import { operatorRoutes, paymentRoutes } from './routes.ts';
import { settings } from './settings.ts';
import { migratePayments, paymentIndexes } from './store.ts';
import { webhookIndexes, webhookRoutes } from './webhooks.ts';

/** The provider that the settings name. */
const configured: ProviderOf = (own, timing) =>
  own.PAYMENTS_PROVIDER === 'stripe'
    ? stripeProvider(own, timing.pollTimeoutMs)
    : simulatedProvider(own.PAYMENTS_SIMULATED_LIMIT);

/** The module, with another provider and other times where they are given. */
export function createPayments(
  providerOf: ProviderOf = configured,
  timing: Timing = TIMING,
): Module {
  return defineModule({
    name: 'payments',
    description: 'Payments and refunds',
    stream: PAYMENTS_STREAM,
    publishes: [paymentProcessed, paymentFailed, paymentRefunded, paymentRefundFailed],
    listens: [
      orderAccepted,
      orderAcceptedPrecisely,
      orderRejected,
      orderCancelled,
      orderRefundRequested,
      customerErased,
    ],
    settings,
    collections: {
      payments: { indexes: paymentIndexes, outbox: true },
      webhooks: { indexes: webhookIndexes },
    },
    provides: ['routes', 'adminRoutes', 'eventHistory', 'personalData'],
    setup(context) {
      const { republish, pseudonyms, log } = context;
      const binding = bindProvider(context, providerOf, timing);
      const { store } = binding;
      const erasure = createPaymentErasure(store, pseudonyms);
      const take = (events: Parameters<typeof takePayments>[1]) =>
        takePayments({ binding, republish, erasure }, events);
      const voidAll = (events: Parameters<typeof voidPayments>[1]) => voidPayments(binding, events);
      return {
        handlers: [
          on(orderAccepted, take),
          on(orderAcceptedPrecisely, take),
          on(orderRejected, voidAll),
          on(orderCancelled, voidAll),
          on(orderRefundRequested, voidAll),
          on(customerErased, (events) => erasure.eraseCustomers(events)),
        ],
        async routes(app) {
          await paymentRoutes(store, context.settings)(app);
          // A scope of its own, since it reads bodies as bytes.
          await app.register(async (scope) => webhookRoutes(binding)(scope));
        },
        adminRoutes: operatorRoutes(binding),
        personalData: (userId) => personalData(store, userId),
        async recover(since) {
          await republish(eventsAfter(store, since));
        },
        eventHistory: () => eventsAfter(store, 0),
        jobs: [
          {
            name: 'polling open payments',
            everyMs: timing.pollEveryMs,
            run: () => pollOpenPayments(binding),
          },
        ],
        start: () => migratePayments(store, log),
      };
    },
  });
}

export const payments = createPayments();
