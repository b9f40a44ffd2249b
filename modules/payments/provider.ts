/** What a payment provider must be able to do. */

export interface Charge {
  /** Names the attempt: asked twice with the same key, a provider takes the money once. */
  idempotencyKey: string;
  orderId: string;
  /** In the smallest unit of the currency. */
  amount: number;
  currency: string;
}

/** What became of a charge. A provider that cannot tell yet rejects, and is asked again. */
export type Outcome = { outcome: 'processed' } | { outcome: 'failed'; reason: string };

export interface PaymentProvider {
  readonly name: string;
  readonly charge: (charge: Charge) => Promise<Outcome>;
}
