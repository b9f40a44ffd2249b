/** The states of an order, in words for who placed it, and as steps on its way. */

export interface Status {
  name: string;
  /** What happens now. */
  text: string;
  mood: 'good' | 'bad' | 'waiting' | 'plain';
}

export interface Step {
  name: string;
  state: 'done' | 'current' | 'failed' | 'open';
}

export const AWAITING_PAYMENT = 2;
export const PAID = 3;
/** All that was paid was given back. */
export const REFUNDED = 4;

const STATUSES: Record<string, Status> = {
  1: {
    name: 'Order placed',
    text: 'Thank you! We have your order and are setting its items aside.',
    mood: 'waiting',
  },
  [AWAITING_PAYMENT]: {
    name: 'Waiting for payment',
    text: 'Everything is set aside for you. As soon as your payment arrives, the order is yours.',
    mood: 'waiting',
  },
  [PAID]: { name: 'Paid', text: 'Thank you! Your payment has arrived.', mood: 'good' },
  [REFUNDED]: {
    name: 'Refunded',
    text: 'Everything that you paid has been given back.',
    mood: 'plain',
  },
  '-1': { name: 'Not accepted', text: 'We could not take this order.', mood: 'bad' },
  '-2': { name: 'Cancelled', text: 'This order was cancelled.', mood: 'plain' },
  '-3': {
    name: 'Payment failed',
    text: 'Your payment did not go through. Nothing was paid; you can order again.',
    mood: 'bad',
  },
};

/** A state in words. */
export function statusOf(code: number): Status {
  return STATUSES[code] ?? { name: 'Under way', text: 'We are seeing to it.', mood: 'plain' };
}

/** The way of an order up to now, and what is still before it. */
export function stepsOf(code: number): Step[] {
  const placed = done('Placed');
  const setAside = done('Set aside');
  const ways: Record<string, Step[]> = {
    1: [placed, current('Set aside'), open('Paid')],
    [AWAITING_PAYMENT]: [placed, setAside, current('Paid')],
    [PAID]: [placed, setAside, done('Paid')],
    [REFUNDED]: [placed, setAside, done('Paid'), done('Refunded')],
    '-1': [placed, failed('Not accepted')],
    '-2': [placed, failed('Cancelled')],
    '-3': [placed, setAside, failed('Payment failed')],
  };
  return ways[code] ?? [];
}

/** Whether nothing can happen to an order in this state any more. */
export function hasEnded(code: number): boolean {
  return code < 0 || code === REFUNDED;
}

/** Whether an order in this state was paid, so that its page is a receipt. */
export function isReceipt(code: number): boolean {
  return code === PAID || code === REFUNDED;
}

const done = (name: string): Step => ({ name, state: 'done' });
const current = (name: string): Step => ({ name, state: 'current' });
const failed = (name: string): Step => ({ name, state: 'failed' });
const open = (name: string): Step => ({ name, state: 'open' });
