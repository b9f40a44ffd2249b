/** A provider for tests: it keeps its own books, and can be slow, fail, or fail after the effect. */
import type {
  Charge,
  Outcome,
  PaymentProvider,
  RefundCharge,
  RefundOutcome,
} from '../../../modules/payments/providers/provider.ts';

export interface Question {
  how: 'authorise' | 'capture' | 'cancel' | 'find' | 'refund';
  key: string;
  orderId: string;
}

/** What goes wrong with a question: before its effect, or after it. */
export type Trouble = 'hangs' | 'fails' | 'fails after the effect' | undefined;

export interface Bank {
  provider: PaymentProvider;
  /** Every question, in order. */
  asked: Question[];
  /** Money that was taken, less what was given back, by order. */
  balance(orderId: string): number;
  /** How often money was taken or given back, by idempotency key. */
  movements: Map<string, number>;
  /** Decides what goes wrong; by default nothing. */
  trouble: (question: Question) => Trouble;
  /** The buyer pays at the bank, without a word to the shop. */
  pay(paymentId: string): void;
  /** How the bank answers a refund that nothing is wrong with. */
  refunds: 'done' | 'pending' | 'refused';
}

type State = Exclude<Outcome['outcome'], 'failed'>;

/**
 * Opens a bank. `first` is what it says to a new charge: it takes at once, holds the money until it
 * is captured, or waits for the buyer.
 */
export function openBank(first: 'processed' | 'authorised' | 'pending'): Bank {
  const charges = new Map<string, { state: State; orderId: string; amount: number }>();
  const refunds = new Map<string, { orderId: string; amount: number }>();
  const movements = new Map<string, number>();
  const moved = (key: string): void => void movements.set(key, (movements.get(key) ?? 0) + 1);

  function enter(key: string, state: State): void {
    const charge = charges.get(key)!;
    if (charge.state === state) return;
    charge.state = state;
    if (state === 'processed') moved(key);
  }

  function say(key: string): Outcome {
    const reference = `bank-${key}`;
    const { state } = charges.get(key)!;
    if (state === 'pending')
      return { outcome: state, reference, action: { clientSecret: `secret-${key}` } };
    return state === 'cancelled'
      ? { outcome: state, reference, reason: 'let go' }
      : { outcome: state, reference };
  }

  async function ask<T>(question: Question, effect: () => T): Promise<T> {
    bank.asked.push(question);
    const trouble = bank.trouble(question);
    if (trouble === 'hangs') return new Promise<T>(() => undefined);
    if (trouble === 'fails') throw new Error('the bank is closed');
    const answer = effect();
    if (trouble === 'fails after the effect') throw new Error('the line went dead');
    return answer;
  }

  const on =
    (how: Question['how'], effect: (charge: Charge) => void) =>
    ({ idempotencyKey: key, ...charge }: Charge): Promise<Outcome> =>
      ask({ how, key, orderId: charge.orderId }, () => {
        if (!charges.has(key)) {
          charges.set(key, { state: 'pending', orderId: charge.orderId, amount: charge.amount });
          if (how === 'authorise') enter(key, first);
        }
        effect({ idempotencyKey: key, ...charge });
        return say(key);
      });

  const bank: Bank = {
    asked: [],
    movements,
    trouble: () => undefined,
    refunds: 'done',
    balance: (orderId) => {
      const taken = [...charges.values()].filter(({ state }) => state === 'processed');
      return sumOf(taken, orderId) - sumOf([...refunds.values()], orderId);
    },
    pay: (key) => enter(key, 'authorised'),
    provider: {
      name: 'bank',
      authorise: on('authorise', () => undefined),
      find: on('find', () => undefined),
      capture: on('capture', ({ idempotencyKey: key }) => {
        if (charges.get(key)!.state === 'authorised') enter(key, 'processed');
      }),
      cancel: on('cancel', ({ idempotencyKey: key }) => {
        if (charges.get(key)!.state !== 'processed') enter(key, 'cancelled');
      }),
      refund: ({ idempotencyKey: key, amount, payment: { orderId } }: RefundCharge) =>
        ask({ how: 'refund', key, orderId }, (): RefundOutcome => {
          const reference = `bank-${key}`;
          if (bank.refunds === 'refused') return { outcome: 'failed', reference, reason: 'no' };
          if (bank.refunds === 'pending') return { outcome: 'pending', reference };
          if (!refunds.has(key)) moved(key);
          refunds.set(key, { orderId, amount });
          return { outcome: 'done', reference };
        }),
    },
  };
  return bank;
}

function sumOf(moved: { orderId: string; amount: number }[], orderId: string): number {
  return moved.reduce((sum, one) => (one.orderId === orderId ? sum + one.amount : sum), 0);
}
