/** What follows from the facts of an order: where it stands, what was paid, when what happened. */
import type { Facts, HistoryDocument } from './history.ts';

/** The steps of an order, each over those before it, with the status that it means, if it means one. */
export const STEPS = [
  { step: 'placed', status: 1 },
  { step: 'accepted', status: 2 },
  { step: 'paymentFailed', status: -3 },
  { step: 'paid', status: 3 },
  { step: 'refundRequested' },
  { step: 'rejected', status: -1 },
  { step: 'cancelled', status: -2 },
  { step: 'refunded', status: 4 },
] as const satisfies readonly { step: keyof Facts; status?: number }[];

/** What is known of an order. */
type Known = Omit<HistoryDocument, '_id'>;

export type Step = (typeof STEPS)[number]['step'];

/**
 * The status code of an order: that of the highest step that it has reached, whatever came when.
 * What `orders` says counts; that money was taken of an order that was cancelled does not revive it.
 */
export function statusOf(facts: Known): number {
  let code = 1;
  for (const known of STEPS) if (facts[known.step] && 'status' in known) code = known.status;
  return code === 4 && !isRefunded(facts) ? 3 : code;
}

/** What was refunded is so no more where a refund has failed, until enough is given back anew. */
function isRefunded(facts: Known): boolean {
  const { placed, refunded, refundFailures } = facts;
  if (!refunded) return false;
  return !refundFailures || givenBack(facts) >= (placed?.totalAmount ?? 0);
}

function givenBack({ refunds = [], refundFailures = [] }: Known): number {
  const failed = new Set(refundFailures.map(({ refundId }) => refundId));
  return refunds.reduce(
    (sum, { refundId, amount }) => (failed.has(refundId) ? sum : sum + amount),
    0,
  );
}

/** The steps that an order has taken, in the order of their times. */
export function stepsOf(facts: Facts): { step: Step; at: number }[] {
  return STEPS.flatMap(({ step }) => {
    const fact = facts[step];
    return fact ? [{ step, at: fact.at }] : [];
  }).toSorted((a, b) => a.at - b.at);
}

/** Why an order ended as it did, or was declined. */
export function reasonOf(facts: Known): string | undefined {
  const { rejected, cancelled, refundRequested, declined } = facts;
  if (statusOf(facts) === -3) return declined?.reason;
  return (cancelled ?? rejected ?? refundRequested)?.reason;
}

/** What is given back so far, in the smallest unit of the currency. */
export function refundedAmountOf(facts: Known): number {
  const total = facts.placed?.totalAmount ?? 0;
  return isRefunded(facts) ? total : Math.min(total, givenBack(facts));
}

/** The payment of an order, as far as one is known. */
export function paymentIdOf({ paid, processed, paymentFailed, declined }: Facts) {
  return (paid ?? processed ?? paymentFailed ?? declined)?.paymentId;
}
