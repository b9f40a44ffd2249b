/** A payment, one for each order: its states, and how what happens leads from one to the next. */
import type { OutboxDocument, OutboxRecord } from '#host';
import type { ClientAction, Outcome, RefundOutcome } from './providers/provider.ts';
import {
  withRefundFound,
  withRefundOutcome,
  withRequest,
  withRestRefunded,
  type Refund,
  type RefundFound,
  type RefundRequest,
} from './refund.ts';

/**
 * `initiated`: written down before the provider is asked; `pending`: it waits for the buyer;
 * `authorised`: the money is held. The others are ends: `cancelled` is one that its order has undone.
 */
export type Status = 'initiated' | 'pending' | 'authorised' | 'processed' | 'failed' | 'cancelled';

/** The statuses in which a payment ends. */
export const ENDS: readonly Status[] = ['processed', 'failed', 'cancelled'];

export interface PaymentDocument extends OutboxDocument {
  /** The payment's id, which is the provider's idempotency key too. */
  _id: string;
  orderId: string;
  userId: string;
  /** In the smallest unit of the currency. */
  amount: number;
  currency: string;
  /** How many decimals that unit has; payments of an earlier Millrace do not say. */
  decimals?: number;
  status: Status;
  provider: string;
  /** The provider's own name for it. */
  reference?: string | undefined;
  /** What the buyer's client needs, while it is pending. */
  action?: ClientAction | undefined;
  /** Set where its order has ended without it: it is to be cancelled or given back. */
  undo?: { reason: string };
  ended?: { at: Date; reason?: string };
  refunds?: Refund[] | undefined;
  /** Rises with every change; a write that was decided on an older revision does not happen. */
  revision: number;
  /** When the provider is asked next, while something of the payment is open. */
  nextAt?: Date;
  /** How often it was asked since the last change, the first time not counted. */
  attempts?: number;
  traceparent?: string;
  createdAt: Date;
  updatedAt: Date;
  outbox: OutboxRecord[];
}

/** What happens to a payment. */
export type Fact =
  | { kind: 'answered'; outcome: Outcome }
  /** Its order has ended without it, or gives it back. */
  | { kind: 'undone'; reason: string }
  | { kind: 'refund-requested'; request: RefundRequest }
  | { kind: 'refund-answered'; refundId: string; outcome: RefundOutcome }
  | { kind: 'refund-found'; refund: RefundFound };

/** The next question to the provider. */
export type Question = 'authorise' | 'find' | 'capture' | 'cancel' | 'refund';

/** The payment after a fact; the same object where it is known or too late, so that it may come twice. */
export function withFact(payment: PaymentDocument, fact: Fact, at: Date): PaymentDocument {
  switch (fact.kind) {
    case 'answered':
      return withOutcome(payment, fact.outcome, at);
    case 'undone':
      return undone(payment, fact.reason, at);
    case 'refund-requested':
      return withRequest(payment, fact.request, at);
    case 'refund-answered':
      return withRefundOutcome(payment, fact.refundId, fact.outcome, at);
    case 'refund-found':
      return withRefundFound(payment, fact.refund, at);
  }
}

/** What the provider is to be asked, or undefined where nothing is open. */
export function questionOf({ status, undo, refunds = [] }: PaymentDocument): Question | undefined {
  switch (status) {
    case 'initiated':
      return undo ? 'cancel' : 'authorise';
    case 'pending':
      return undo ? 'cancel' : 'find';
    case 'authorised':
      return undo ? 'cancel' : 'capture';
    case 'processed':
      return refunds.some((refund) => refund.status === 'requested') ? 'refund' : undefined;
    case 'failed':
    case 'cancelled':
      return undefined;
  }
}

/** Whether asking at once can lead further: not while all that is open waits for somebody else. */
export function movesOn(payment: PaymentDocument): boolean {
  const question = questionOf(payment);
  if (question !== 'refund') return question !== undefined && question !== 'find';
  return payment.refunds!.some(({ status, reference }) => status === 'requested' && !reference);
}

/** An answer about another attempt, or about a payment that has ended, changes nothing. */
function withOutcome(payment: PaymentDocument, outcome: Outcome, at: Date): PaymentDocument {
  const { reference = payment.reference } = outcome;
  if (payment.ended || (payment.reference && reference !== payment.reference)) return payment;
  switch (outcome.outcome) {
    case 'pending':
      return pending({ ...payment, reference, status: 'pending', action: outcome.action }, payment);
    case 'authorised':
      if (payment.status === 'authorised') return payment;
      return { ...payment, reference, status: 'authorised', action: undefined };
    case 'processed': {
      const processed = ended({ ...payment, reference, status: 'processed' }, { at });
      const { undo } = processed;
      return undo ? withRestRefunded(processed, undo.reason, at) : processed;
    }
    case 'failed':
    case 'cancelled': {
      const status = payment.undo ? 'cancelled' : 'failed';
      return ended({ ...payment, reference, status }, { at, reason: outcome.reason });
    }
  }
}

/** A payment whose money is held waits for nobody any more: that it did comes late. */
function pending(next: PaymentDocument, payment: PaymentDocument): PaymentDocument {
  if (payment.status === 'authorised') return payment;
  const known = payment.status === 'pending' && payment.reference === next.reference;
  return known && payment.action?.clientSecret === next.action?.clientSecret ? payment : next;
}

function ended(
  payment: PaymentDocument,
  end: NonNullable<PaymentDocument['ended']>,
): PaymentDocument {
  return { ...payment, action: undefined, ended: end };
}

/** The first reason stands. What was not taken in the end needs no undoing. */
function undone(payment: PaymentDocument, reason: string, at: Date): PaymentDocument {
  const { status } = payment;
  if (payment.undo || status === 'failed' || status === 'cancelled') return payment;
  const wanted = { ...payment, undo: { reason } };
  return status === 'processed' ? withRestRefunded(wanted, reason, at) : wanted;
}
