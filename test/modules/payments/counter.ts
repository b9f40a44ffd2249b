/** `payments` alone, with orders that a test publishes itself. */
import type { LightMyRequestResponse } from 'fastify';
import type { Test } from 'tap';
import type { Module, ModuleContext, OutboxRecord } from '../../../src/index.ts';
import { defineModule } from '../../../src/index.ts';
import {
  orderAccepted,
  orderCancelled,
  orderRefundRequested,
  orderRejected,
  ORDERS_STREAM,
} from '../../../modules/orders/events.ts';
import { createPayments } from '../../../modules/payments/index.ts';
import type { PaymentDocument, Status } from '../../../modules/payments/document.ts';
import type { PaymentProvider } from '../../../modules/payments/providers/provider.ts';
import type { Timing } from '../../../modules/payments/provider-binding.ts';
import { entriesOf } from '../../shop.ts';
import {
  ADMIN_TOKEN,
  eventually,
  startTestHost,
  type TestHost,
  type TestHostOptions,
} from '../../support.ts';

/** Short, so that a test sees the task at work; in ms. */
export const SHORT: Timing = {
  responseTimeoutMs: 150,
  pollTimeoutMs: 300,
  retryMinMs: 100,
  retryMaxMs: 400,
  pollEveryMs: 50,
};

const orders = defineModule({
  name: 'orders',
  stream: ORDERS_STREAM,
  publishes: [orderAccepted, orderRejected, orderCancelled, orderRefundRequested],
});

export interface Counter extends TestHost {
  /** Publishes what `orders` would. */
  publish(...events: OutboxRecord[]): Promise<void>;
  payments: ModuleContext;
  module: Module;
  /** Waits for the payment of the order in this status. */
  paymentOf(orderId: string, status?: Status): Promise<PaymentDocument>;
  /** Waits until so much of the order's payment is given back. */
  refunded(orderId: string, amount: number): Promise<PaymentDocument>;
  /** The events of the order on the stream of `payments`, each once. */
  told(orderId: string): Promise<Record<string, string>[]>;
  /** A call of the operator. */
  operator(
    method: 'GET' | 'POST',
    path: string,
    payload?: object,
    headers?: Record<string, string>,
  ): Promise<LightMyRequestResponse>;
}

/** Starts it with a provider of the test's own. */
export function startCounter(
  t: Test,
  provider: PaymentProvider,
  options: TestHostOptions = {},
  timing: Timing = SHORT,
): Promise<Counter> {
  return startWith(
    t,
    createPayments(() => provider, timing),
    options,
  );
}

/** Starts it with a module that the test has made. */
export async function startWith(
  t: Test,
  module: Module,
  options: TestHostOptions = {},
): Promise<Counter> {
  const host = await startTestHost(t, { modules: [orders, module], ...options });
  const payments = host.context('payments');
  const collection = payments.db.collection<PaymentDocument>('payments');
  return {
    ...host,
    payments,
    module,
    publish: async (...events) => {
      await host.context('orders').republish(events);
    },
    paymentOf: (orderId, status = 'processed') =>
      eventually(`the payment of ${orderId} is ${status}`, () =>
        collection.findOne({ orderId, status }),
      ),
    refunded: (orderId, refundedAmount) =>
      eventually(`${refundedAmount} of ${orderId} are given back`, () =>
        collection.findOne({ orderId, 'refunds.refundedAmount': refundedAmount }),
      ),
    told: async (orderId) => {
      const entries = await entriesOf(host, 'PAYMENTS_STREAM');
      const ofOrder = entries.filter((fields) => fields['orderId'] === orderId);
      return [...new Map(ofOrder.map((fields) => [fields['eventId'], fields])).values()];
    },
    operator: (method, path, payload, headers = {}) =>
      host.app.inject({
        method,
        url: `/api/admin/payments${path}`,
        headers: { authorization: `Bearer ${ADMIN_TOKEN}`, ...headers },
        ...(payload && { payload }),
      }),
  };
}

const userId = 'alice';

export const accepted = (orderId: string, amount = 1000, again = false): OutboxRecord =>
  orderAccepted.create({ orderId, orderAmount: `${amount}.00`, userId, ...(again && { again }) });
export const rejected = (orderId: string): OutboxRecord =>
  orderRejected.create({ orderId, userId, reason: 'no answer in time' });
export const cancelled = (orderId: string): OutboxRecord =>
  orderCancelled.create({ orderId, userId, reason: 'by its buyer' });
export const refundRequested = (orderId: string, paymentId = 'unknown'): OutboxRecord =>
  orderRefundRequested.create({ orderId, userId, paymentId, reason: 'by its buyer' });
