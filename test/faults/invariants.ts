/** The audit: all rules over the whole ledger, and what came of the orders in numbers. */
import { burial, busRules } from './bus-rules.ts';
import type { Ledger } from './ledger.ts';
import { copyRules } from './copy-rules.ts';
import { moneyRules } from './money-rules.ts';
import { orderRules } from './order-rules.ts';
import { stockRules } from './stock-rules.ts';
import { CANCELLED, DECLINED, PAID, REFUNDED, REJECTED, type Violation } from './violation.ts';

export const RULES = [...orderRules, ...moneyRules, ...stockRules, ...copyRules, ...busRules];

/** What came of the orders. */
export interface Balance {
  placed: number;
  paid: number;
  rejected: number;
  declined: number;
  cancelled: number;
  refunded: number;
  /** Answered orders that are gone, or have not ended. */
  lost: number;
  /** Keys with a second order, and orders with a second payment. */
  doubled: number;
  /** Entries that are neither handled nor given up rightly. */
  unaccounted: number;
  /** Acknowledgements that were compared with their effect while the run was on. */
  observed: number;
  deadLetters: number;
  poisons: number;
  /** Of these: given up, of a type that nobody listens to, lost by Redis before anybody came. */
  poisonsBuried: number;
  poisonsIgnored: number;
  poisonsGone: number;
}

/** Gives every breach of every rule. */
export function audit(ledger: Ledger): Violation[] {
  return RULES.flatMap(({ name, broken }) =>
    [...broken(ledger)].map((found) => ({ rule: name, ...found })),
  );
}

/** Counts what came of the orders. */
export function balance(ledger: Ledger, violations: readonly Violation[]): Balance {
  const orders = [...ledger.orders.values()];
  const at = (status: number): number =>
    orders.filter(({ orderStatusCode }) => orderStatusCode === status).length;
  const brokenBy = (...rules: string[]): number =>
    violations.filter(({ rule }) => rules.includes(rule)).length;
  const burials = new Set(ledger.letters.map(burial));
  const buried = ledger.poisons.filter(({ mark, group }) => burials.has(`${mark} ${group}`));
  return {
    placed: orders.length,
    paid: at(PAID),
    rejected: at(REJECTED),
    declined: at(DECLINED),
    cancelled: at(CANCELLED),
    refunded: at(REFUNDED),
    lost: brokenBy('an-answered-order-is-kept', 'every-order-ends', 'history-equals-orders'),
    doubled: brokenBy(
      'one-key-one-order',
      'one-payment-an-order',
      'refunds-are-booked-once',
      'one-score-an-order',
    ),
    unaccounted: brokenBy(
      'everything-comes-to-rest',
      'poison-becomes-a-dead-letter',
      'only-poison-is-given-up',
      'events-tell-what-is-stored',
    ),
    observed: ledger.observed,
    deadLetters: ledger.letters.length,
    poisons: ledger.poisons.length,
    poisonsBuried: buried.length,
    poisonsIgnored: ledger.poisons.filter(({ group }) => !group).length,
    poisonsGone: ledger.poisons.filter((one) => one.group && !buried.includes(one)).length,
  };
}
