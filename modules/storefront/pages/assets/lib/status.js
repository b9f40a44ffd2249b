/** The states of an order, in words, and as steps on its way. */

/** @typedef {'good' | 'bad' | 'waiting' | 'plain'} Mood */
/** @typedef {{ name: string, text: string, mood: Mood }} Status */
/** @typedef {{ name: string, state: 'done' | 'current' | 'failed' | 'open' }} Step */

/** All that was paid was given back. */
export const REFUNDED = 4;

/** @type {Record<string, Status>} */
const STATUSES = {
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

/**
 * @param {number} code
 * @returns {Status}
 */
export function statusOf(code) {
  return STATUSES[code] ?? { name: `Status ${code}`, text: '', mood: 'plain' };
}

/**
 * The way of an order up to now, and what is still before it.
 *
 * @param {number} code
 * @returns {Step[]}
 */
export function stepsOf(code) {
  /** @type {Record<string, Step[]>} */
  const ways = {
    1: [done('Placed'), current('Products'), open('Payment')],
    2: [done('Placed'), done('Products'), current('Payment')],
    3: [done('Placed'), done('Products'), done('Paid')],
    4: [done('Placed'), done('Products'), done('Paid'), done('Refunded')],
    '-1': [done('Placed'), failed('Rejected')],
    '-2': [done('Placed'), failed('Cancelled')],
    '-3': [done('Placed'), done('Products'), failed('Payment failed')],
  };
  return ways[code] ?? [];
}

/**
 * Whether nothing can happen to an order in this state any more.
 *
 * @param {number} code
 */
export function hasEnded(code) {
  return code < 0 || code === REFUNDED;
}

/** @param {string} name @returns {Step} */
const done = (name) => ({ name, state: 'done' });
/** @param {string} name @returns {Step} */
const current = (name) => ({ name, state: 'current' });
/** @param {string} name @returns {Step} */
const failed = (name) => ({ name, state: 'failed' });
/** @param {string} name @returns {Step} */
const open = (name) => ({ name, state: 'open' });
