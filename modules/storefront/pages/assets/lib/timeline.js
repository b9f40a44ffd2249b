/** The life of an order, event by event, as its streams told it. */
import { element } from './dom.js';
import { dateTime, duration, timeOfDay } from './format.js';

/**
 * @typedef {object} TimelineEntry
 * @property {string} type
 * @property {string} eventId
 * @property {number} at ms since the epoch
 * @property {string} stream
 * @property {string} [reason]
 */

/** @type {Record<string, string>} */
const WORDS = {
  'order.placed': 'Order placed',
  'order.accepted': 'Order accepted, payment asked for',
  'order.rejected': 'Order rejected',
  'order.paid': 'Order paid',
  'order.payment_failed': 'Payment failed, order ended',
  'order.cancelled': 'Order cancelled',
  'order.refund_requested': 'Refund asked for',
  'order.refunded': 'Order refunded',
  'stock.reserved': 'Products set aside',
  'stock.rejected': 'Not enough in stock',
  'identity.scored': 'Identity checked',
  'payment.processed': 'Payment taken',
  'payment.failed': 'Payment declined',
  'payment.refunded': 'Money given back',
};

/** @param {readonly TimelineEntry[]} entries */
export function timeline(entries) {
  const [first] = entries;
  const items = entries.map(({ type, at, stream, reason }, i) =>
    element(
      'li',
      {},
      element('time', { datetime: new Date(at).toISOString(), title: dateTime(at) }, timeOfDay(at)),
      element('strong', {}, WORDS[type] ?? type),
      element('code', {}, type),
      element(
        'span',
        { class: 'fine' },
        i === 0 ? stream : `${stream}, ${after(at, first?.at ?? at)}`,
      ),
      reason && element('span', { class: 'fine' }, reason),
    ),
  );
  return element('ol', { class: 'timeline' }, ...items);
}

/**
 * @param {number} at
 * @param {number} start
 */
function after(at, start) {
  // Those who publish have clocks of their own, which may differ a little.
  return `${duration(Math.max(0, at - start))} later`;
}
