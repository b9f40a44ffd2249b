/** The life of a payment, pure: how what happens leads from one status to the next, and what to do then. */
import type { PaymentDocument, Status } from './document.ts';
import type { Outcome, RefundOutcome } from './providers/provider.ts';
import {
  withRefundFound,
  withRefundOutcome,
  withRequest,
  withRestRefunded,
  type RefundFound,
  type RefundRequest,
} from './refund.ts';

/** The statuses in which a payment ends. */
export const TERMINAL: readonly Status[] = ['processed', 'failed', 'cancelled'];

/** What happens to a payment. */
export type PaymentEvent =
  | { kind: 'answered'; outcome: Outcome }
  /** Its order has ended without it, or gives it back. */
  | { kind: 'voided'; reason: string }
  | { kind: 'refund-requested'; request: RefundRequest }
  | { kind: 'refund-answered'; refundId: string; outcome: RefundOutcome }
  | { kind: 'refund-found'; refund: RefundFound };

/** What the provider is asked for next. */
export type NextAction = 'authorise' | 'find' | 'capture' | 'cancel' | 'refund';

/** The payment after an event; the same object where it is known or too late, so that it may come twice. */
export function apply(payment: PaymentDocument, event: PaymentEvent, at: Date): PaymentDocument {
  switch (event.kind) {
    case 'answered':
      return withOutcome(payment, event.outcome, at);
    case 'voided':
      return voided(payment, event.reason, at);
    case 'refund-requested':
      return withRequest(payment, event.request, at);
    case 'refund-answered':
      return withRefundOutcome(payment, event.refundId, event.outcome, at);
    case 'refund-found':
      return withRefundFound(payment, event.refund, at);
  }
}

/** What the provider is to be asked, or undefined where nothing is open. */
export function nextAction({
  status,
  undo,
  refunds = [],
}: PaymentDocument): NextAction | undefined {
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
export function canProceed(payment: PaymentDocument): boolean {
  const action = nextAction(payment);
  if (action !== 'refund') return action !== undefined && action !== 'find';
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

/** The first reason stands. What was not taken in the end needs no voiding. */
function voided(payment: PaymentDocument, reason: string, at: Date): PaymentDocument {
  const { status } = payment;
  if (payment.undo || status === 'failed' || status === 'cancelled') return payment;
  const wanted = { ...payment, undo: { reason } };
  return status === 'processed' ? withRestRefunded(wanted, reason, at) : wanted;
}

/** What only an operator can judge: the provider took money for a payment that had ended without. */
export function isDiscrepancy({ status }: PaymentDocument, event: PaymentEvent): boolean {
  const without = status === 'failed' || status === 'cancelled';
  return event.kind === 'answered' && event.outcome.outcome === 'processed' && without;
}
