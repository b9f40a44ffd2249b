/** What the shop has sold: day by day, and what sold best. */
import { element } from '../lib/dom.js';
import { field, valuesOf } from '../lib/form.js';
import { count, money } from '../lib/format.js';
import { figures, table } from '../lib/table.js';
import { ask } from './call.js';
import { part } from './part.js';

/** @typedef {{ pieces: number, amount: number }} Sold */

/**
 * @typedef {object} Sums
 * @property {number} orders that were placed
 * @property {number} paidOrders
 * @property {number} refunded in the smallest unit of the currency
 * @property {number} revenue what was paid, less what was given back
 * @property {(Sold & { productId: string, name: string })[]} topProducts
 * @property {(Sold & { brand: string })[]} topBrands
 * @property {(Sold & { category: string })[]} topCategories
 */

/** @typedef {{ currency: string, timeZone: string, from: string, to: string, total: Sums, days: (Sums & { day: string })[] }} Statistics */

/** @type {import('./part.js').Show} */
export function showStatistics(panel, _signal, [from = '', to = '']) {
  const fields = [
    field('from', 'From', { type: 'date', value: from }),
    field('to', 'To', { type: 'date', value: to }),
  ];
  const days = element('form', { class: 'tools' }, ...fields, element('button', {}, 'Show'));
  days.addEventListener('submit', (event) => {
    event.preventDefault();
    const chosen = valuesOf(days);
    location.hash = `#statistics/${chosen['from']}/${chosen['to']}`;
  });
  const shown = part(async () => {
    const query = new URLSearchParams({ ...(from && { from }), ...(to && { to }) });
    return present(await ask(`/order-history/statistics?${query}`));
  });
  panel.append(days, shown.element);
}

/** @param {Statistics} statistics */
function present({ total, days, currency, timeZone, from, to }) {
  const { orders, paidOrders, revenue, refunded } = total;
  return element(
    'div',
    {},
    element('h3', {}, `${from} to ${to}, ${timeZone}`),
    figures({
      Orders: count(orders),
      Paid: count(paidOrders),
      Revenue: money(revenue, currency),
      'Given back': money(refunded, currency),
    }),
    best('Products', total.topProducts, ({ name }) => name, currency),
    best('Brands', total.topBrands, ({ brand }) => brand, currency),
    best('Categories', total.topCategories, ({ category }) => category, currency),
    dayTable(days, currency),
  );
}

/**
 * @template {Sold} T
 * @param {string} what
 * @param {readonly T[]} sold
 * @param {(one: T) => string} nameOf
 * @param {string} currency
 */
function best(what, sold, nameOf, currency) {
  const columns = [what, { number: 'Pieces' }, { number: 'For' }];
  const rows = sold.map((one) => [
    nameOf(one) || '–',
    count(one.pieces),
    money(one.amount, currency),
  ]);
  return table(`${what} that sold best`, columns, rows, 'Nothing was sold.');
}

/**
 * @param {Statistics['days']} days
 * @param {string} currency
 */
function dayTable(days, currency) {
  const busy = days.filter(({ orders }) => orders > 0).toReversed();
  const most = Math.max(1, ...busy.map(({ revenue }) => revenue));
  const columns = ['Day', { number: 'Orders' }, { number: 'Paid' }, { number: 'Revenue' }, ''];
  const rows = busy.map(({ day, orders, paidOrders, revenue }) => [
    element('time', {}, day),
    count(orders),
    count(paidOrders),
    money(revenue, currency),
    element('meter', { max: most, value: Math.max(0, revenue), 'aria-hidden': 'true' }),
  ]);
  return table('Day by day, the latest first', columns, rows, 'Nothing was ordered.');
}
