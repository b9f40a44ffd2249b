/** A payment, one for each order, as MongoDB holds it. */
import type { OutboxDocument, OutboxRecord } from '#host';
import type { ClientAction } from './providers/provider.ts';

/**
 * `initiated`: written down before the provider is asked; `pending`: it waits for the buyer;
 * `authorised`: the money is held. The others are terminal: `cancelled` is one that its order has voided.
 */
export type Status = 'initiated' | 'pending' | 'authorised' | 'processed' | 'failed' | 'cancelled';

export interface Refund {
  /** The refund's id, which is the provider's idempotency key too. */
  refundId: string;
  /** In the smallest unit of the currency. */
  amount: number;
  reason: string;
  status: 'requested' | 'done' | 'failed';
  /** When it was requested, and once it has ended when it ended. */
  at: Date;
  /** Names the operator's request; a refund of an order that was voided has none. */
  key?: string;
  /** Set where the request named no amount, but all that was left. */
  rest?: true;
  /** Set where it was asked for at the provider, not here. */
  elsewhere?: true;
  /** Why the provider did not give back. */
  failure?: string;
  /** The provider's own name for it. */
  reference?: string | undefined;
  /** All that was given back of the payment when this was done, this included. */
  refundedAmount?: number;
  /** See the event that reports it; refunds of an earlier Millrace have neither. */
  seq?: number;
  reopened?: number;
  /** Set where it failed when it had been done: what was given back of the payment then. */
  undone?: { at: Date; refundedAmount: number; seq: number; reopened: number };
}

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
  /** Set where its order has ended without it: it is to be voided, or given back. */
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
