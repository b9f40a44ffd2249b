/** A promise that was not kept. */
import type { Ledger } from './ledger.ts';

export interface Violation {
  /** The name of the rule that was broken. */
  rule: string;
  detail: string;
  /** The order that shows it, where it shows in one. */
  orderId?: string;
}

/** A promise and how the invariants show that it was broken. */
export interface Rule {
  name: string;
  /** The promise, in a sentence. */
  promise: string;
  broken(this: void, ledger: Ledger): Generator<Omit<Violation, 'rule'>>;
}

export const PAID = 3;
export const REFUNDED = 4;
export const REJECTED = -1;
export const CANCELLED = -2;
export const DECLINED = -3;

/** The statuses in which an order ends. */
export const ENDS: readonly number[] = [PAID, REFUNDED, REJECTED, CANCELLED, DECLINED];
