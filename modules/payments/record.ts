/** Recording what happens to payments: decided, written with its events, published. */
import type { FastifyBaseLogger } from 'fastify';
import type { PaymentDocument, Refund } from './document.ts';
import { apply, isDiscrepancy, type PaymentEvent } from './payment.ts';
import { eventsSince } from './payment-events.ts';
import type { ProviderBinding } from './provider-binding.ts';
import { write, type Change } from './store.ts';

/** What has happened to a payment, which was read before. */
export interface Report {
  payment: PaymentDocument;
  events: readonly PaymentEvent[];
}

/**
 * Stores what happened, and publishes what follows from it. A payment that somebody else has changed
 * meanwhile is decided again. Gives the payments that were changed, as they are now.
 */
export async function record(
  { store, timing, log }: Pick<ProviderBinding, 'store' | 'timing' | 'log'>,
  reports: readonly Report[],
): Promise<PaymentDocument[]> {
  const recorded = new Map<string, PaymentDocument>();
  let open = reports;
  while (open.length > 0) {
    const changes = open.flatMap((report) => changeOf(report, log));
    if (changes.length === 0) break;
    if (await write(store, changes, new Date(Date.now() + timing.retryMinMs))) {
      for (const { to } of changes) recorded.set(to._id, to);
      await store.publish(
        'payments',
        changes.map(({ to: { _id }, outbox }) => ({ _id, outbox })),
      );
      break;
    }
    // A bulk write does not say which of its updates found their revision. What is stored now does:
    // where the events are known they change nothing more, whoever has written them.
    const ids = changes.map(({ to }) => to._id);
    const stored = await store.payments.find({ _id: { $in: ids } }).toArray();
    for (const payment of stored) recorded.set(payment._id, payment);
    await store.publish('payments', stored);
    const events = new Map(open.map((report) => [report.payment._id, report.events]));
    open = stored.map((payment) => ({ payment, events: events.get(payment._id) ?? [] }));
  }
  return [...recorded.values()];
}

function changeOf({ payment: from, events }: Report, log: FastifyBaseLogger): Change[] {
  const now = new Date();
  let to = from;
  for (const event of events) {
    if (isDiscrepancy(to, event)) {
      const { _id: paymentId, orderId } = to;
      const what = 'the provider has taken money for a payment that had ended without';
      log.error({ orderId, paymentId }, what);
    }
    to = apply(to, event, now);
  }
  if (to === from) return [];
  reportFailures(from, to, log);
  to = { ...to, revision: from.revision + 1, updatedAt: now };
  return [{ from, to, outbox: eventsSince(from, to) }];
}

/** Money that a buyer waits for and the provider does not give back is the operator's business. */
function reportFailures(from: PaymentDocument, to: PaymentDocument, log: FastifyBaseLogger): void {
  const known = new Set(failed(from).map(({ refundId }) => refundId));
  for (const { refundId, failure: reason, undone } of failed(to)) {
    if (known.has(refundId)) continue;
    const { _id: paymentId, orderId } = to;
    const what = undone ? 'a refund has failed after it was done' : 'the provider refuses a refund';
    log.error({ orderId, paymentId, refundId, reason }, `${what}: the money is still owed`);
  }
}

const failed = ({ refunds = [] }: PaymentDocument): Refund[] =>
  refunds.filter(({ status }) => status === 'failed');
