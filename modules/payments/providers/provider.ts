/** What a payment provider must be able to do. */
import type { IncomingHttpHeaders } from 'node:http';

/** A payment as a provider is asked for it. */
export interface Charge {
  /** Names the attempt: asked twice with the same key, a provider takes the money once. */
  idempotencyKey: string;
  orderId: string;
  /** In the smallest unit of the currency, which has so many decimals. */
  amount: number;
  currency: string;
  decimals: number;
  /** The provider's own name for the payment, once it has given one. */
  reference?: string | undefined;
}

/** What the buyer's client needs to go on with a payment. */
export interface ClientAction {
  clientSecret: string;
}

/**
 * What became of a payment. `pending`: it waits for the buyer or the bank; `authorised`: the money is
 * held, not taken. The others are final. A provider that cannot tell yet rejects, and is asked again.
 */
export type Outcome = { reference?: string | undefined } & (
  | { outcome: 'pending'; action?: ClientAction | undefined }
  | { outcome: 'authorised' }
  | { outcome: 'processed' }
  | { outcome: 'failed' | 'cancelled'; reason: string }
);

/** Money of a payment that is to be given back. */
export interface RefundCharge {
  /** Names the refund: asked twice with the same key, a provider gives back once. */
  idempotencyKey: string;
  amount: number;
  payment: Charge;
  /** The provider's own name for the refund, once it has given one. */
  reference?: string | undefined;
}

export type RefundOutcome = { reference?: string | undefined } & (
  | { outcome: 'pending' }
  | { outcome: 'done' }
  | { outcome: 'failed'; reason: string }
);

/** A refund as the provider knows it, whoever has asked for it. */
export interface FoundRefund {
  /** Our own name for it, where we have asked. */
  refundId?: string | undefined;
  /** In the provider's smallest unit of the currency, which has so many decimals. */
  amount: number;
  decimals: number;
  reason: string;
  outcome: RefundOutcome & { reference: string };
}

/** What a provider reports by itself. */
export interface Webhook {
  /** The provider's own id of the report, the same however often it is sent. */
  eventId: string;
  /** The payment that it is about, by our name or the provider's; without either it is none of ours. */
  paymentId?: string | undefined;
  reference?: string | undefined;
  /** What became of the payment, or of one of its refunds; without either its refunds have changed. */
  outcome?: Outcome | undefined;
  refund?: FoundRefund | undefined;
}

/**
 * Each call may be made again, also after a crash or by another process meanwhile: it leads to one
 * payment and one refund for each key. A call that cannot say what became of it rejects.
 */
export interface PaymentProvider {
  readonly name: string;
  /**
   * What `authorise` answers, where that follows from the charge alone and asking moves no money: a
   * payment is then stored with its answer. Of any other provider it is stored before the question.
   */
  readonly outcomeOf?: (charge: Charge) => Outcome;
  /** Asks for the money. */
  readonly authorise: (charge: Charge) => Promise<Outcome>;
  /** Takes the money that is held. */
  readonly capture: (charge: Charge) => Promise<Outcome>;
  /** Lets go of the money that is held, or of the attempt; too late where it says `processed`. */
  readonly cancel: (charge: Charge) => Promise<Outcome>;
  /** Asks what became of a payment. */
  readonly find: (charge: Charge) => Promise<Outcome>;
  /** Gives back, or says what became of the refund where it was asked before. */
  readonly refund: (refund: RefundCharge) => Promise<RefundOutcome>;
  /**
   * All refunds of a payment, where others than us can make some. It is asked before `refund`, which
   * then need not know for ever what it was asked.
   */
  readonly refundsOf?: (payment: Charge) => Promise<FoundRefund[]>;
  /**
   * Reads a report, which comes as the exact bytes of the request.
   *
   * @throws DomainError 400 where it is forged, old, or no report
   */
  readonly readWebhook?: (rawBody: Buffer, headers: IncomingHttpHeaders) => Webhook;
}
