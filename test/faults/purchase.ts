/** A purchase of a run: what is bought, by whom, and what became of it. */
import type { Answer, Question } from './ask.ts';
import type { Session } from './sessions.ts';

export interface Regrets {
  /** Whether a process has taken the cancellation. */
  cancelled?: boolean;
  /** The refunds that the answers named; more than one is a broken promise. */
  refundIds: Set<string>;
}

export interface Purchase extends Regrets {
  key: string;
  session: Session;
  items: { productId: string; quantity: number }[];
  /** The ids of the orders that the answers named; more than one is a broken promise. */
  orderIds: Set<string>;
  requests: number;
  /** An answer that no purchase of the run deserves. */
  refused?: string;
}

/** Asks some process, and again another, until there is an answer; undefined once all give up. */
export type Insist = (path: string, question: Question) => Promise<Answer | undefined>;
