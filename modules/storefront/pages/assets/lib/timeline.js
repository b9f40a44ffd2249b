/** The life of an order, event by event, as its streams hold it. */
import { element } from './dom.js';
import { dateTime, duration, timeOfDay } from './format.js';

/**
 * @typedef {object} TimelineEntry
 * @property {string} at
 * @property {'event' | 'retry' | 'dead-letter'} kind
 * @property {string} [type] the type of the event
 * @property {string} eventId
 * @property {string} stream
 * @property {number} [attempt] which delivery of the event failed
 * @property {string} [group] whose step failed; shown to the operator alone
 * @property {string} [error] why it failed; likewise
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

/** @type {Record<string, string>} */
const FAILURES = {
  retry: 'A step failed and is tried again',
  'dead-letter': 'A step was given up',
};

/** @param {readonly TimelineEntry[]} entries */
export function timeline(entries) {
  const start = Date.parse(entries[0]?.at ?? '');
  const items = entries.map((entry, i) => {
    const { at, kind, type = 'an event', stream, attempt, group, error } = entry;
    const failed = [group, attempt && `delivery ${attempt}`, error].filter(Boolean).join(', ');
    return element(
      'li',
      { class: `entry-${kind}` },
      element('time', { datetime: at, title: dateTime(at) }, timeOfDay(at)),
      element('strong', {}, FAILURES[kind] ?? WORDS[type] ?? type),
      element('code', {}, type),
      element('span', { class: 'fine' }, i === 0 ? stream : `${stream}, ${after(at, start)}`),
      failed && element('span', { class: 'fine' }, failed),
    );
  });
  return element('ol', { class: 'timeline' }, ...items);
}

/**
 * @param {string} at
 * @param {number} start
 */
function after(at, start) {
  // Those who publish have clocks of their own, which may differ a little.
  return `${duration(Math.max(0, Date.parse(at) - start))} later`;
}
