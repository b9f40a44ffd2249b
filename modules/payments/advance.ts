/** Taking payments further: the provider is asked what is open, and what happens is recorded. */
import type { FastifyBaseLogger } from 'fastify';
import { backoff } from '#host';
import type { PaymentDocument, Refund } from './document.ts';
import { apply, canProceed, isDiscrepancy, nextAction, type PaymentEvent } from './payment.ts';
import { eventsSince } from './payment-events.ts';
import {
  chargeOf,
  startDeadline,
  type Deadline,
  type ProviderBinding,
  type Timing,
} from './provider-binding.ts';
import type { Charge, FoundRefund } from './providers/provider.ts';
import { claim, findDue, write, type Change } from './store.ts';

/** Payments that are asked for at a time. */
const BATCH = 100;

/**
 * Asks the provider about payments, and goes on for as long as its answers lead further. An answer
 * that does not come within `timeoutMs` is not waited for: `nextAt` says when to ask again, with
 * the same key. Rejects only where a store is away.
 */
export async function advance(
  binding: ProviderBinding,
  payments: readonly PaymentDocument[],
  timeoutMs: number = binding.timing.responseTimeoutMs,
): Promise<void> {
  let open = payments;
  while (open.length > 0) {
    const deadline = startDeadline(timeoutMs, binding.signal, binding.timing.responseTimeoutMs);
    const reports = await Promise.all(open.map((payment) => ask(binding, payment, deadline)));
    deadline.clear();
    open = (await record(binding, reports)).filter(canProceed);
  }
}

/**
 * Asks the provider about every payment and refund that is open and whose time has come. Before it
 * asks, the next question is put off, longer each time: so others leave it alone meanwhile, and a
 * crash or an answer that does not come needs nothing else.
 */
export async function pollOpenPayments(binding: ProviderBinding): Promise<void> {
  const { provider, timing, store, signal } = binding;
  for (let full = true; full && !signal.aborted;) {
    const due = await findDue(store, provider.name, BATCH);
    const claims = due.map((payment) => {
      const until = Date.now() + timing.pollTimeoutMs + pauseMs(timing, payment);
      return claim(store, payment, new Date(until));
    });
    const claimed = (await Promise.all(claims)).filter((payment) => payment !== null);
    await advance(binding, claimed, timing.pollTimeoutMs);
    full = due.length === BATCH;
  }
}

/** The pause before the provider is asked again, in ms. */
function pauseMs({ retryMinMs, retryMaxMs }: Timing, { attempts = 0 }: PaymentDocument): number {
  return backoff(attempts + 1, retryMinMs, retryMaxMs);
}

async function ask(
  binding: ProviderBinding,
  payment: PaymentDocument,
  deadline: Deadline,
): Promise<Report> {
  const { provider } = binding;
  const action = nextAction(payment);
  if (action === undefined) return { payment, events: [] };
  if (action === 'refund') return { payment, events: await refund(binding, payment, deadline) };
  const call = async (): Promise<PaymentEvent[]> => [
    { kind: 'answered', outcome: await provider[action](chargeOf(binding, payment)) },
  ];
  return { payment, events: (await answers(binding, payment, deadline, [call])).flat() };
}

/** Asks for what is to be given back, where the provider does not know of it yet. */
async function refund(
  binding: ProviderBinding,
  payment: PaymentDocument,
  deadline: Deadline,
): Promise<PaymentEvent[]> {
  const { provider } = binding;
  const [found] = await answers(binding, payment, deadline, [() => findRefunds(binding, payment)]);
  // It may have given back already: whoever does not know that must not ask.
  if (!found) return [];
  const seen = found.reduce((now, event) => apply(now, event, new Date()), payment);
  const open = (seen.refunds ?? []).filter(
    ({ status, elsewhere, reference }) =>
      status === 'requested' && !elsewhere && !(provider.refundsOf && reference),
  );
  const calls = open.map(({ refundId, amount, reference }) => async (): Promise<PaymentEvent[]> => {
    const charge = chargeOf(binding, payment);
    const asked = { idempotencyKey: refundId, amount, payment: charge, reference };
    return [{ kind: 'refund-answered', refundId, outcome: await provider.refund(asked) }];
  });
  return [...found, ...(await answers(binding, payment, deadline, calls)).flat()];
}

/**
 * Asks the provider for all refunds of a payment, whoever has asked for them.
 *
 * @throws Error where it does not answer
 */
export async function findRefunds(
  binding: ProviderBinding,
  payment: PaymentDocument,
): Promise<PaymentEvent[]> {
  const charge = chargeOf(binding, payment);
  const found = (await binding.provider.refundsOf?.(charge)) ?? [];
  return found.map((one) => refundFound(one, charge));
}

/**
 * What a refund that was found says of a payment. A part of our smallest unit counts as a whole one:
 * so never more is asked for than is left.
 */
export function refundFound(
  { decimals, amount, ...found }: FoundRefund,
  charge: Charge,
): PaymentEvent {
  const ours = Math.ceil(amount / 10 ** (decimals - charge.decimals));
  return { kind: 'refund-found', refund: { ...found, amount: ours } };
}

/** What the calls give that answer before the deadline. */
async function answers(
  { log, signal }: ProviderBinding,
  { _id: paymentId, orderId, provider, status }: PaymentDocument,
  deadline: Deadline,
  calls: readonly (() => Promise<PaymentEvent[]>)[],
): Promise<PaymentEvent[][]> {
  const settled = await Promise.allSettled(calls.map((call) => deadline.bound(call)));
  for (const answer of settled) {
    if (answer.status === 'rejected' && !signal.aborted) {
      const asked = { err: answer.reason as unknown, orderId, paymentId, provider, status };
      log.warn(asked, 'the provider gave no answer and is asked again');
    }
  }
  return settled.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
}

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
