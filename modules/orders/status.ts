/** What is known of an order decides its status, whatever came first. */

/** The status codes of the tutorial, and ours besides. */
export const STATUS = {
  created: 1,
  paymentInitiated: 2,
  paid: 3,
  refunded: 4,
  rejected: -1,
  cancelled: -2,
  paymentFailed: -3,
} as const;

/** Why an order ended, for programs. */
export const REASON_CODES = ['cancelled', 'no-answer', 'out-of-stock', 'identity-score'] as const;

export interface Reason {
  code: (typeof REASON_CODES)[number];
  /** For whoever placed it: what happened, and what to do where something can be done. */
  text: string;
}

const STRANGE_ORIGIN =
  'This order came from another browser or network than your session began in, so we could not tell that it was you. Nothing was paid. Begin a fresh session and order again: sign in again or, as a guest, go on as the same guest';

export type OrderStatusCode = (typeof STATUS)[keyof typeof STATUS];

/**
 * The answers of other modules that an order has had so far, and what was decided here meanwhile.
 * Of each kind the first stands, except of refunds: what was given back may also be taken back.
 */
export interface Answers {
  stock?: { outcome: 'reserved' } | { outcome: 'rejected'; productIds: string[] };
  identity?: { score: number; outcome: 'accepted' | 'rejected' };
  payment?: { outcome: 'processed' | 'failed'; paymentId: string };
  refund?: Refunded;
  /** Decided by its owner; `paid` says whether it was paid by then, so that a refund has to follow. */
  cancel?: { at: Date; reason: string; paid: boolean };
  /** Decided since these had not answered in time. */
  timeout?: { at: Date; waitingFor: Waiting[] };
}

/** How much was given back by the last of the changes that are known. */
export interface Refunded {
  refundedAmount: number;
  full: boolean;
  /** Counts the changes; without it the larger amount is the later one, since none was taken back. */
  seq?: number | undefined;
  /** How often all was given back before, and then was not any more. */
  reopened?: number | undefined;
}

/** Whose answer an order may wait for. */
export type Waiting = 'stock' | 'identity' | 'payment';

/** The status that follows from the answers. */
export function statusOf({
  stock,
  identity,
  payment,
  refund,
  cancel,
  timeout,
}: Answers): OrderStatusCode {
  if (cancel && !cancel.paid) return STATUS.cancelled;
  if (timeout || stock?.outcome === 'rejected' || identity?.outcome === 'rejected')
    return STATUS.rejected;
  if (!stock || !identity) return STATUS.created;
  if (!payment) return STATUS.paymentInitiated;
  if (payment.outcome === 'failed') return STATUS.paymentFailed;
  return refund?.full ? STATUS.refunded : STATUS.paid;
}

/** Whether an order has come to its end: only that its refund fails can change it then. */
export function isFinal(status: OrderStatusCode): boolean {
  return status < 0 || status === STATUS.refunded;
}

/** Whose answer an order waits for; nobody's when it has ended or is paid. */
export function waitingFor(status: OrderStatusCode, answers: Answers): Waiting[] {
  if (status === STATUS.paymentInitiated) return ['payment'];
  if (status !== STATUS.created) return [];
  return (['stock', 'identity'] as const).filter((one) => !answers[one]);
}

/** The answers with one more; the same object where that is known already. */
export function joined(known: Answers, answer: Answers): Answers {
  const { refund: earlier } = known;
  const { refund } = answer;
  if (!refund || !earlier)
    return Object.keys(answer).every((kind) => kind in known) ? known : { ...answer, ...known };
  return isLater(refund, earlier) ? { ...known, refund } : known;
}

function isLater(one: Refunded, other: Refunded): boolean {
  const { seq = 0 } = one;
  const { seq: otherSeq = 0 } = other;
  return seq === otherSeq ? one.refundedAmount > other.refundedAmount : seq > otherSeq;
}

/** Why an order is cancelled or rejected; undefined where it is neither. */
export function reasonOf({ stock, identity, cancel, timeout }: Answers): Reason | undefined {
  if (cancel) return { code: 'cancelled', text: cancel.reason };
  if (timeout)
    return { code: 'no-answer', text: `No answer in time: ${timeout.waitingFor.join(', ')}` };
  if (stock?.outcome === 'rejected')
    return { code: 'out-of-stock', text: `Not enough of ${stock.productIds.join(', ')}` };
  if (identity?.outcome === 'rejected') return { code: 'identity-score', text: STRANGE_ORIGIN };
  return undefined;
}

/** The statuses that an order goes through where its answers become others, the last included. */
export function stepsBetween(from: Answers, to: Answers): OrderStatusCode[] {
  const status = statusOf(to);
  if (status === STATUS.rejected || status === STATUS.cancelled)
    return statusOf(from) === status ? [] : [status];
  return wayOf(to).slice(wayOf(from).length);
}

/** The statuses up to the one that follows from the answers, of an order that is not undone. */
function wayOf(answers: Answers): OrderStatusCode[] {
  const { created, paymentInitiated, paymentFailed, paid, refunded } = STATUS;
  const status = statusOf(answers);
  if (status === created) return [created];
  if (status === paymentInitiated || status === paymentFailed)
    return [...new Set([created, paymentInitiated, status])];
  const { reopened = 0, full = false } = answers.refund ?? {};
  const turns = Array.from({ length: reopened }, () => [refunded, paid]).flat();
  return [created, paymentInitiated, paid, ...turns, ...(full ? [refunded] : [])];
}
