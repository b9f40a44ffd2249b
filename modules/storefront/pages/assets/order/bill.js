/** What was ordered, and what it costs. */
import { element } from '../lib/dom.js';
import { dateTime, money } from '../lib/format.js';
import { pathOf } from '../lib/products.js';

/** @import { Order, OrderLine } from '../lib/orders.js' */

/** @param {Order} order */
export function bill({ items, orderAmount, currency, decimals, createdAt, paymentId, orderId }) {
  const facts = { 'Order no.': orderId, Placed: dateTime(createdAt), 'Payment no.': paymentId };
  return element(
    'section',
    { class: 'bill', 'aria-labelledby': 'bill-heading' },
    element('h2', { id: 'bill-heading' }, 'What you ordered'),
    element('ul', {}, ...items.map((item) => line(item, currency, decimals))),
    element(
      'p',
      { class: 'total' },
      'Total',
      element('strong', {}, money(orderAmount, currency, decimals)),
    ),
    element(
      'dl',
      { class: 'facts' },
      ...Object.entries(facts).flatMap(([name, value]) =>
        value ? [element('dt', {}, name), element('dd', {}, value)] : [],
      ),
    ),
  );
}

/**
 * @param {OrderLine} item
 * @param {string} currency
 * @param {number} [decimals]
 */
function line({ productId, name, quantity, unitPrice }, currency, decimals) {
  return element(
    'li',
    {},
    element('span', {}, `${quantity} × `, element('a', { href: pathOf(productId) }, name)),
    element('span', {}, money(unitPrice * quantity, currency, decimals)),
  );
}
