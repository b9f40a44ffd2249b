/** The states of an order, in words, and as steps on its way. */

export type Mood = 'good' | 'bad' | 'waiting' | 'plain';

export interface Status {
  name: string;
  text: string;
  mood: Mood;
}

export interface Step {
  name: string;
  state: 'done' | 'current' | 'failed' | 'open';
}

/** All that was paid was given back. */
export const REFUNDED = 4;

const STATUSES: Record<string, Status> = {
  1: { name: 'Placed', text: 'We have your order and look after its products.', mood: 'waiting' },
  2: {
    name: 'Payment under way',
    text: 'All is there. Your payment is being taken.',
    mood: 'waiting',
  },
  3: { name: 'Paid', text: 'Your payment has arrived. Thank you!', mood: 'good' },
  4: { name: 'Refunded', text: 'All that was paid has been given back.', mood: 'plain' },
  '-1': { name: 'Rejected', text: 'We could not take the order. Nothing was paid.', mood: 'bad' },
  '-2': { name: 'Cancelled', text: 'The order was cancelled.', mood: 'plain' },
  '-3': {
    name: 'Payment failed',
    text: 'The payment was declined. Nothing was paid.',
    mood: 'bad',
  },
};

export function statusOf(code: number): Status {
  return STATUSES[code] ?? { name: `Status ${code}`, text: '', mood: 'plain' };
}
