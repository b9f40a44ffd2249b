/** One payment with its refunds, and giving money back. */
import { element } from '../lib/dom.js';
import { confirmed } from '../lib/confirm.js';
import { field, form } from '../lib/form.js';
import { dateTime, FIELD_STEP, fromField, money } from '../lib/format.js';
import { figures, table } from '../lib/table.js';
import { ask, postOnce } from './call.js';
import { part } from './part.js';

/**
 * @typedef {object} Refund
 * @property {string} refundId
 * @property {number} amount
 * @property {string} reason
 * @property {'requested' | 'done' | 'failed'} status
 * @property {string} [failure] why the provider did not give back
 * @property {string} at
 */

/**
 * @typedef {object} Payment
 * @property {string} paymentId
 * @property {string} orderId
 * @property {string} status
 * @property {string} provider
 * @property {number} amount in the smallest unit of the currency
 * @property {number} refundedAmount
 * @property {string} currency
 * @property {number} [decimals] of the currency that amounts count in
 * @property {string} [reason] why nothing was taken
 * @property {string} createdAt
 * @property {Refund[]} refunds
 */

/**
 * @param {string} paymentId
 * @param {() => Promise<void>} onChange
 */
export function payment(paymentId, onChange) {
  const path = `/payments/${encodeURIComponent(paymentId)}`;
  let currency = '';
  /** @type {number | undefined} */
  let decimals;
  const shown = part(async () => {
    /** @type {Payment} */
    const found = await ask(path);
    ({ currency, decimals } = found);
    return present(found);
  });
  const fields = [
    field('amount', 'Amount (empty: all that is left)', {
      type: 'number',
      min: FIELD_STEP,
      step: FIELD_STEP,
    }),
    field('reason', 'Reason', { maxlength: 500 }),
  ];
  const refund = form('Give back', fields, async ({ amount: text = '', reason }) => {
    const amount = fromField(text, decimals);
    const what = amount === undefined ? 'all that is left' : money(amount, currency, decimals);
    if (!(await confirmed(`Give back ${what}?`, 'Give back'))) return undefined;
    /** @type {Refund} */
    const made = await postOnce(`${path}/refunds`, {
      ...(amount !== undefined && { amount }),
      ...(reason && { reason }),
    });
    await Promise.all([shown.reload(), onChange()]);
    return wordsFor(made, currency, decimals);
  });
  return element('div', { class: 'panel' }, shown.element, refund);
}

/** @param {Payment} payment */
function present({
  paymentId,
  orderId,
  status,
  provider,
  amount,
  refundedAmount,
  currency,
  decimals,
  reason,
  refunds,
}) {
  const rows = refunds.map((one) => [
    money(one.amount, currency, decimals),
    one.failure ? `${one.status}: ${one.failure}` : one.status,
    one.reason,
    dateTime(one.at),
  ]);
  return element(
    'div',
    {},
    element('h3', {}, `Payment ${paymentId}`),
    figures({
      Status: status,
      Amount: money(amount, currency, decimals),
      'Given back': money(refundedAmount, currency, decimals),
      Provider: provider,
    }),
    reason && element('p', {}, `The reason: ${reason}`),
    element('p', {}, element('a', { href: `#orders/${orderId}` }, 'Its order')),
    rows.length > 0 && table('Refunds', [{ number: 'Amount' }, 'Status', 'Reason', 'At'], rows),
  );
}

/**
 * @param {Refund} refund
 * @param {string} currency
 * @param {number} [decimals]
 */
function wordsFor({ status, amount, failure }, currency, decimals) {
  if (status === 'failed')
    return `The provider gave nothing back: ${failure ?? 'it did not say why'}`;
  const text = money(amount, currency, decimals);
  return status === 'done' ? `${text} were given back.` : `${text} are on their way back.`;
}
