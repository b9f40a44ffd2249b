/** Payments as they stand, the newest first. */
import { button, element, fill } from '../lib/dom.js';
import { choice } from '../lib/form.js';
import { dateTime, money } from '../lib/format.js';
import { loading, problem } from '../lib/states.js';
import { table } from '../lib/table.js';
import { ask } from './call.js';
import { payment as onePayment } from './payment.js';
import { part } from './part.js';

/** @import { Payment } from './payment.js' */
/** @typedef {{ items: Payment[], nextCursor: string | null }} PaymentPage */

const STATUSES = ['initiated', 'pending', 'authorised', 'processed', 'failed', 'cancelled'];

/** @type {import('./part.js').Show} */
export function showPayments(panel, _signal, [chosen = '', paymentId]) {
  const options = [{ value: '', text: 'All' }, ...STATUSES.map((value) => ({ value }))];
  const filter = choice('status', 'Status', options, chosen);
  const select = /** @type {HTMLSelectElement} */ (filter.querySelector('select'));
  select.addEventListener('change', () => {
    location.hash = `#payments/${select.value}`;
  });
  const list = part(async () => pages(chosen, await getPage(chosen)));
  if (paymentId) panel.append(onePayment(paymentId, list.reload));
  panel.append(element('div', { class: 'tools' }, filter), list.element);
}

/**
 * @param {string} status
 * @param {string} [cursor]
 * @returns {Promise<PaymentPage>}
 */
function getPage(status, cursor) {
  const query = new URLSearchParams({ ...(status && { status }), ...(cursor && { cursor }) });
  return ask(`/payments?${query}`);
}

/**
 * A page of payments; the next one comes below it.
 *
 * @param {string} status
 * @param {PaymentPage} page
 * @returns {HTMLElement}
 */
function pages(status, { items, nextCursor }) {
  const columns = ['Payment', 'Status', { number: 'Amount' }, { number: 'Given back' }, 'Begun'];
  const rows = items.map((payment) => row(status, payment));
  const end = element('div', { class: 'more' });
  const more = async () => {
    fill(end, loading('One moment…'));
    try {
      end.replaceWith(pages(status, await getPage(status, nextCursor ?? undefined)));
    } catch (error) {
      fill(end, problem(error, more));
    }
  };
  if (nextCursor) fill(end, button('Show more', more));
  return element('div', {}, table('Payments, the newest first', columns, rows), end);
}

/**
 * @param {string} status
 * @param {Payment} payment
 */
function row(status, { paymentId, status: state, amount, currency, refundedAmount, createdAt }) {
  const mood = state === 'processed' ? 'good' : state === 'failed' ? 'bad' : 'plain';
  return [
    element(
      'a',
      { id: `payment-${paymentId}`, href: `#payments/${status}/${paymentId}` },
      paymentId,
    ),
    element('span', { class: `pill pill-${mood}` }, state),
    money(amount, currency),
    refundedAmount > 0 ? money(refundedAmount, currency) : '–',
    dateTime(createdAt),
  ];
}
