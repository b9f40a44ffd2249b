/** Taking payments further: the provider is asked what is open, and its answers are recorded. */
import { startDeadline, type Deadline } from './deadline.ts';
import { chargeOf, findRefunds } from './found-refunds.ts';
import { movesOn, questionOf, withFact, type Fact, type PaymentDocument } from './payment.ts';
import { record, type Report } from './record.ts';
import type { Till } from './provider-binding.ts';

/**
 * Asks the provider about payments, and goes on for as long as its answers lead further. An answer
 * that does not come within `patienceMs` is not waited for: `nextAt` says when to ask again, with
 * the same key. Rejects only where a store is away.
 */
export async function advance(
  till: Till,
  payments: readonly PaymentDocument[],
  patienceMs: number,
): Promise<void> {
  let moving = payments;
  while (moving.length > 0) {
    const deadline = startDeadline(patienceMs, till.context.signal, till.timing.patienceMs);
    const reports = await Promise.all(moving.map((payment) => ask(till, payment, deadline)));
    deadline.clear();
    moving = (await record(till, reports)).filter(movesOn);
  }
}

async function ask(till: Till, payment: PaymentDocument, deadline: Deadline): Promise<Report> {
  const { provider } = till;
  const question = questionOf(payment);
  if (question === undefined) return { payment, facts: [] };
  if (question === 'refund') return { payment, facts: await giveBack(till, payment, deadline) };
  const call = async (): Promise<Fact[]> => [
    { kind: 'answered', outcome: await provider[question](chargeOf(till, payment)) },
  ];
  return { payment, facts: (await answers(till, payment, deadline, [call])).flat() };
}

/** Asks for what is to be given back, where the provider does not know of it yet. */
async function giveBack(till: Till, payment: PaymentDocument, deadline: Deadline): Promise<Fact[]> {
  const { provider } = till;
  const [found] = await answers(till, payment, deadline, [() => findRefunds(till, payment)]);
  // It may have given back already: whoever does not know that must not ask.
  if (!found) return [];
  const seen = found.reduce((now, fact) => withFact(now, fact, new Date()), payment);
  const open = (seen.refunds ?? []).filter(
    ({ status, elsewhere, reference }) =>
      status === 'requested' && !elsewhere && !(provider.refundsOf && reference),
  );
  const calls = open.map(({ refundId, amount, reference }) => async (): Promise<Fact[]> => {
    const charge = chargeOf(till, payment);
    const asked = { idempotencyKey: refundId, amount, payment: charge, reference };
    return [{ kind: 'refund-answered', refundId, outcome: await provider.refund(asked) }];
  });
  return [...found, ...(await answers(till, payment, deadline, calls)).flat()];
}

/** What the calls give that answer before the deadline. */
async function answers(
  { context: { log, signal } }: Till,
  { _id: paymentId, orderId, provider, status }: PaymentDocument,
  deadline: Deadline,
  calls: readonly (() => Promise<Fact[]>)[],
): Promise<Fact[][]> {
  const settled = await Promise.allSettled(calls.map((call) => deadline.bound(call)));
  for (const answer of settled) {
    if (answer.status === 'rejected' && !signal.aborted) {
      const asked = { err: answer.reason as unknown, orderId, paymentId, provider, status };
      log.warn(asked, 'the provider gave no answer and is asked again');
    }
  }
  return settled.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
}
