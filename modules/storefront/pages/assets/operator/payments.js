/** Payments as they stand, the newest first. */
import { element } from '../lib/dom.js';
import { choice } from '../lib/form.js';
import { dateTime, money } from '../lib/format.js';
import { table } from '../lib/table.js';
import { ask } from './call.js';
import { payment as onePayment } from './payment.js';
import { pages } from './pages.js';
import { part } from './part.js';

/** @import { Payment } from './payment.js' */
/** @import { Page } from './pages.js' */

const STATUSES = ['initiated', 'pending', 'authorised', 'processed', 'failed', 'cancelled'];

/** @type {import('./part.js').Show} */
export function showPayments(panel, _signal, [chosen = '', paymentId]) {
  const options = [{ value: '', text: 'All' }, ...STATUSES.map((value) => ({ value }))];
  const filter = choice('status', 'Status', options, chosen);
  const select = /** @type {HTMLSelectElement} */ (filter.querySelector('select'));
  select.addEventListener('change', () => {
    location.hash = `#payments/${select.value}`;
  });
  const list = part(() =>
    pages(
      (cursor) => getPage(chosen, cursor),
      (payments) => paymentTable(chosen, payments),
    ),
  );
  if (paymentId) panel.append(onePayment(paymentId, list.reload));
  panel.append(element('div', { class: 'tools' }, filter), list.element);
}

/**
 * @param {string} status
 * @param {string} [cursor]
 * @returns {Promise<Page<Payment>>}
 */
function getPage(status, cursor) {
  const query = new URLSearchParams({ ...(status && { status }), ...(cursor && { cursor }) });
  return ask(`/payments?${query}`);
}

/**
 * @param {string} status
 * @param {readonly Payment[]} payments
 */
function paymentTable(status, payments) {
  const columns = ['Payment', 'Status', { number: 'Amount' }, { number: 'Given back' }, 'Begun'];
  const rows = payments.map((payment) => row(status, payment));
  return table('Payments, the newest first', columns, rows);
}

/**
 * @param {string} status
 * @param {Payment} payment
 */
function row(
  status,
  { paymentId, status: state, amount, currency, decimals, refundedAmount, createdAt },
) {
  const mood = state === 'processed' ? 'good' : state === 'failed' ? 'bad' : 'plain';
  return [
    element(
      'a',
      { id: `payment-${paymentId}`, href: `#payments/${status}/${paymentId}` },
      paymentId,
    ),
    element('span', { class: `pill pill-${mood}` }, state),
    money(amount, currency, decimals),
    refundedAmount > 0 ? money(refundedAmount, currency, decimals) : '–',
    dateTime(createdAt),
  ];
}
