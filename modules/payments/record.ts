/** Recording what happens to payments: decided, written with its events, published. */
import type { ModuleContext } from '#host';
import { withFact, type Fact, type PaymentDocument } from './payment.ts';
import { payments, write, type Change } from './store.ts';
import type { Refund } from './refund.ts';
import type { Till } from './provider-binding.ts';
import { toldSince } from './payment-events.ts';

/** What has happened to a payment, which was read before. */
export interface Report {
  payment: PaymentDocument;
  facts: readonly Fact[];
}

/**
 * Stores what happened, and publishes what follows from it. A payment that somebody else has changed
 * meanwhile is decided again. Gives the payments to which it was news, as they are now.
 */
export async function record(
  { context, timing }: Till,
  reports: readonly Report[],
): Promise<PaymentDocument[]> {
  const recorded = new Map<string, PaymentDocument>();
  let open = reports;
  while (open.length > 0) {
    const changes = open.flatMap((report) => changeOf(report, context));
    if (changes.length === 0) break;
    if (await write(context, changes, new Date(Date.now() + timing.retryMinMs))) {
      for (const { to } of changes) recorded.set(to._id, to);
      await context.publish(
        'payments',
        changes.map(({ to: { _id }, outbox }) => ({ _id, outbox })),
      );
      break;
    }
    // A bulk write does not say which of its updates found their revision. What is stored now does:
    // where the facts are known they change nothing more, whoever has written them.
    const ids = changes.map(({ to }) => to._id);
    const stored = await payments(context)
      .find({ _id: { $in: ids } })
      .toArray();
    for (const payment of stored) recorded.set(payment._id, payment);
    await context.publish('payments', stored);
    const facts = new Map(open.map((report) => [report.payment._id, report.facts]));
    open = stored.map((payment) => ({ payment, facts: facts.get(payment._id) ?? [] }));
  }
  return [...recorded.values()];
}

function changeOf({ payment: from, facts }: Report, context: ModuleContext): Change[] {
  const now = new Date();
  let to = from;
  for (const fact of facts) {
    if (contradicts(to, fact)) {
      const { _id: paymentId, orderId } = to;
      const what = 'the provider has taken money for a payment that had ended without';
      context.log.error({ orderId, paymentId }, what);
    }
    to = withFact(to, fact, now);
  }
  if (to === from) return [];
  reportFailures(from, to, context);
  to = { ...to, revision: from.revision + 1, updatedAt: now };
  return [{ from, to, outbox: toldSince(from, to) }];
}

/** What only an operator can judge: money went another way than was told before. */
function contradicts({ status }: PaymentDocument, fact: Fact): boolean {
  const without = status === 'failed' || status === 'cancelled';
  return fact.kind === 'answered' && fact.outcome.outcome === 'processed' && without;
}

/** Money that a buyer waits for and the provider does not give back is the operator's business. */
function reportFailures(from: PaymentDocument, to: PaymentDocument, context: ModuleContext): void {
  const known = new Set(failed(from).map(({ refundId }) => refundId));
  for (const { refundId, failure: reason, undone } of failed(to)) {
    if (known.has(refundId)) continue;
    const { _id: paymentId, orderId } = to;
    const what = undone ? 'a refund has failed after it was done' : 'the provider refuses a refund';
    context.log.error({ orderId, paymentId, refundId, reason }, `${what}: the money is still owed`);
  }
}

const failed = ({ refunds = [] }: PaymentDocument): Refund[] =>
  refunds.filter(({ status }) => status === 'failed');
