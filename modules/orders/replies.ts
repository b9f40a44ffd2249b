/** The saga's state: which replies an order has had decides its status, whatever came first. */
import { STATUS, stateOf, type Awaited, type OrderStatusCode } from './states.ts';

/** Why an order ended, for programs. */
export const REASON_CODES = ['cancelled', 'no-answer', 'out-of-stock', 'identity-score'] as const;

export interface Reason {
  code: (typeof REASON_CODES)[number];
  /** For whoever placed it: what happened, and what to do where something can be done. */
  text: string;
}

/** Products that a reason names at most. */
const NAMED = 5;

const UNKNOWN_ORIGIN =
  'This order came from another browser or network than your session began in, so we could not tell that it was you. Nothing was paid. Begin a fresh session and order again: sign in again or, as a guest, go on as the same guest';

/**
 * The replies of other modules that an order has had so far, and what was decided here meanwhile.
 * Of each kind the first stands, except of refunds: what was given back may also be taken back.
 */
export interface Replies {
  stock?: { outcome: 'reserved' } | StockRejected;
  identity?: { score: number; outcome: 'accepted' | 'rejected' };
  payment?: { outcome: 'processed' | 'failed'; paymentId: string };
  refund?: Refunded;
  /** Decided by its owner; `paid` says whether it was paid by then, so that a refund has to follow. */
  cancel?: { at: Date; reason: string; paid: boolean };
  /** Decided since these had not replied in time. */
  timeout?: { at: Date; waitingFor: Awaited[] };
}

/** That there is not enough of these products. */
export interface StockRejected {
  outcome: 'rejected';
  productIds: string[];
  /** How many there were of each; what an earlier Millrace has stored does not say. */
  available?: { productId: string; quantity: number }[] | undefined;
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

/** The status that follows from the replies. */
export function statusOf({
  stock,
  identity,
  payment,
  refund,
  cancel,
  timeout,
}: Replies): OrderStatusCode {
  if (cancel && !cancel.paid) return STATUS.cancelled;
  if (timeout || stock?.outcome === 'rejected' || identity?.outcome === 'rejected')
    return STATUS.rejected;
  if (!stock || !identity) return STATUS.created;
  if (!payment) return STATUS.paymentInitiated;
  if (payment.outcome === 'failed') return STATUS.paymentFailed;
  return refund?.full ? STATUS.refunded : STATUS.paid;
}

/** Whose reply an order waits for; nobody's when it has ended or is paid. */
export function waitingFor(status: OrderStatusCode, replies: Replies): Awaited[] {
  return stateOf(status).awaits.filter((one) => !replies[one]);
}

/** The replies with one more; the same object where that is known already. */
export function merge(known: Replies, reply: Replies): Replies {
  const { refund: earlier } = known;
  const { refund } = reply;
  if (!refund || !earlier)
    return Object.keys(reply).every((kind) => kind in known) ? known : { ...reply, ...known };
  return isLater(refund, earlier) ? { ...known, refund } : known;
}

function isLater(one: Refunded, other: Refunded): boolean {
  const { seq = 0 } = one;
  const { seq: otherSeq = 0 } = other;
  return seq === otherSeq ? one.refundedAmount > other.refundedAmount : seq > otherSeq;
}

/** What a product that an order wants is called. */
type Named = readonly { productId: string; name: string }[];

/** Why an order of these items is cancelled or rejected; undefined where it is neither. */
export function reasonOf(
  { stock, identity, cancel, timeout }: Replies,
  items: Named,
): Reason | undefined {
  if (cancel) return { code: 'cancelled', text: cancel.reason };
  if (timeout) return { code: 'no-answer', text: noAnswer(timeout.waitingFor) };
  if (stock?.outcome === 'rejected')
    return { code: 'out-of-stock', text: outOfStock(unavailableOf(stock, items)) };
  if (identity?.outcome === 'rejected') return { code: 'identity-score', text: UNKNOWN_ORIGIN };
  return undefined;
}

function noAnswer(awaited: readonly Awaited[]): string {
  return awaited.includes('payment')
    ? 'The payment did not come in time. What is paid for this order after all is given back. Order again'
    : 'The shop could not check this order in time. Nothing was paid. Order again in a few minutes';
}

/** A product that there is not enough of, and how many there were, where that is known. */
export interface Unavailable {
  productId: string;
  name: string;
  available?: number;
}

/** What an order could not get. */
export function unavailableOf(
  { productIds, available }: StockRejected,
  items: Named,
): Unavailable[] {
  return productIds.map((productId) => {
    const name = items.find((item) => item.productId === productId)?.name ?? 'A product';
    const left = available?.find((one) => one.productId === productId)?.quantity;
    return { productId, name, ...(left !== undefined && { available: left }) };
  });
}

function outOfStock(missing: readonly Unavailable[]): string {
  const said = missing.slice(0, NAMED).map(({ name, available }) => {
    if (available === undefined) return `${name}: not enough left`;
    return available === 0 ? `${name}: sold out` : `${name}: only ${available} left`;
  });
  const more = missing.length > NAMED ? [`${missing.length - NAMED} more products`] : [];
  return `${[...said, ...more].join('; ')}. Nothing was paid. Change the cart and order again`;
}

/** The statuses that an order goes through where its replies become others, the last included. */
export function stepsBetween(from: Replies, to: Replies): OrderStatusCode[] {
  const status = statusOf(to);
  // An order is undone by one step, however far it had come.
  if (status === STATUS.rejected || status === STATUS.cancelled)
    return statusOf(from) === status ? [] : [status];
  return pathOf(to).slice(pathOf(from).length);
}

/** The statuses up to the one that follows from the replies, of an order that is not undone. */
function pathOf(replies: Replies): OrderStatusCode[] {
  const { created, paymentInitiated, paymentFailed, paid, refunded } = STATUS;
  const status = statusOf(replies);
  if (status === created) return [created];
  if (status === paymentInitiated || status === paymentFailed)
    return [...new Set([created, paymentInitiated, status])];
  const { reopened = 0, full = false } = replies.refund ?? {};
  const turns = Array.from({ length: reopened }, () => [refunded, paid]).flat();
  return [created, paymentInitiated, paid, ...turns, ...(full ? [refunded] : [])];
}
