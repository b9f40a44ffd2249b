/** `payments`: takes, gives back and records payments through a provider. */
import { defineModule, on, type Module } from '#host';
import {
  orderAccepted,
  orderAcceptedPrecisely,
  orderCancelled,
  orderRefundRequested,
  orderRejected,
} from '../orders/events.ts';
import { customerErased } from '../gateway/events.ts';
import { eraseCustomers, personalData } from './erasure.ts';
import { operatorRoutes } from './operator-routes.ts';
import {
  paymentFailed,
  paymentProcessed,
  paymentRefunded,
  paymentRefundFailed,
  PAYMENTS_STREAM,
} from './events.ts';
import { takePayments, undoPayments } from './handlers.ts';
import type { PaymentProvider } from './providers/provider.ts';
import { paymentRoutes } from './routes.ts';
import { allTold, retell, settleDue } from './poll.ts';
import { simulatedProvider } from './providers/simulated.ts';
import { paymentIndexes } from './store.ts';
import { stripeProvider } from './providers/stripe/provider.ts';
import { tills, TIMING, type Timing } from './provider-binding.ts';
import { webhookIndexes } from './webhooks.ts';
import { upgradePayments } from './migration.ts';
import { settings, type Settings } from './settings.ts';

/** The provider that the settings name. */
function configured(config: Settings, timing: Timing): PaymentProvider {
  return config.PAYMENTS_PROVIDER === 'stripe'
    ? stripeProvider(config, timing.timeoutMs)
    : simulatedProvider(config.PAYMENTS_SIMULATED_LIMIT);
}

/** The module, with another provider and other times where they are given. */
export function createPayments(
  providerOf: typeof configured = configured,
  timing: Timing = TIMING,
): Module {
  const open = tills(providerOf, timing);
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
      const take = (events: Parameters<ReturnType<typeof takePayments>>[0]) =>
        takePayments(open)(events, context);
      const undo = (events: Parameters<ReturnType<typeof undoPayments>>[0]) =>
        undoPayments(open)(events, context);
      return {
        handlers: [
          on(orderAccepted, take),
          on(orderAcceptedPrecisely, take),
          on(orderRejected, undo),
          on(orderCancelled, undo),
          on(orderRefundRequested, undo),
          on(customerErased, (events) => eraseCustomers(events, context)),
        ],
        routes: paymentRoutes(open, context),
        adminRoutes: operatorRoutes(open, context),
        personalData: (userId) => personalData(context, userId),
        recover: (since) => retell(context, since),
        eventHistory: () => allTold(context),
        jobs: [
          {
            name: 'settling open payments',
            everyMs: timing.settleEveryMs,
            run: () => settleDue(open)(context),
          },
        ],
        async start() {
          open(context);
          await upgradePayments(context);
        },
      };
    },
  });
}

export const payments = createPayments();
