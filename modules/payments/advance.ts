/** Taking payments further: the provider is asked what is open, and its answers are recorded. */
import { startDeadline, type Deadline } from './deadline.ts';
import type { Charge, RefundOutcome } from './provider.ts';
import { movesOn, questionOf, type Fact, type PaymentDocument } from './payment.ts';
import { record, type Report } from './record.ts';
import type { Refund } from './refund.ts';
import type { Till } from './till.ts';

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
  const { log, signal } = till.context;
  const answers = await Promise.allSettled(
    questions(till, payment).map((question) => deadline.bound(question)),
  );
  const { _id: paymentId, orderId } = payment;
  for (const answer of answers) {
    if (answer.status === 'rejected' && !signal.aborted) {
      const { provider, status } = payment;
      const asked = { err: answer.reason as unknown, orderId, paymentId, provider, status };
      log.warn(asked, 'the provider gave no answer and is asked again');
    }
  }
  return {
    payment,
    facts: answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : [])),
  };
}

function questions(till: Till, payment: PaymentDocument): (() => Promise<Fact>)[] {
  const { provider } = till;
  const question = questionOf(payment);
  if (question === undefined) return [];
  const charge = chargeOf(payment);
  if (question !== 'refund')
    return [async () => ({ kind: 'answered', outcome: await provider[question](charge) })];
  return payment
    .refunds!.filter(({ status }) => status === 'requested')
    .map((refund) => async () => {
      const { refundId, amount, reference } = refund;
      const asked = { idempotencyKey: refundId, amount, payment: charge, reference };
      const outcome = await provider.refund(asked);
      report(till, payment, refund, outcome);
      return { kind: 'refund-answered', refundId, outcome };
    });
}

function chargeOf({ _id, orderId, amount, currency, reference }: PaymentDocument): Charge {
  return { idempotencyKey: _id, orderId, amount, currency, reference };
}

/** Money that a buyer waits for and the provider does not give back is the operator's business. */
function report(
  { context }: Till,
  { _id: paymentId, orderId }: PaymentDocument,
  { refundId }: Refund,
  outcome: RefundOutcome,
): void {
  if (outcome.outcome !== 'failed') return;
  const { reason } = outcome;
  context.log.error({ orderId, paymentId, refundId, reason }, 'the provider refuses a refund');
}
