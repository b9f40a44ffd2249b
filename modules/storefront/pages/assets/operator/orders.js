/** Orders, the newest first, and one of them as its streams hold it. */
import { element } from '../lib/dom.js';
import { field, form } from '../lib/form.js';
import { dateTime, money } from '../lib/format.js';
import { statusOf } from '../lib/status.js';
import { table } from '../lib/table.js';
import { timeline } from '../lib/timeline.js';
import { ask } from './call.js';
import { pages } from './pages.js';
import { part } from './part.js';
import { score } from './score.js';

/** @import { PastOrder } from '../lib/orders.js' */
/** @import { TimelineEntry } from '../lib/timeline.js' */
/** @import { Page } from './pages.js' */

/** @type {import('./part.js').Show} */
export function showOrders(panel, _signal, [orderId]) {
  const fields = [field('orderId', 'Order no.', { required: true, value: orderId })];
  const find = form('Show', fields, async ({ orderId: wanted = '' }) => {
    location.hash = `#orders/${encodeURIComponent(wanted.trim())}`;
    return undefined;
  });
  panel.append(find);
  if (orderId) panel.append(...life(orderId));
  else panel.append(part(() => pages(getPage, orderTable)).element);
}

/** @param {string} orderId */
function life(orderId) {
  const events = part(async () => {
    /** @type {{ items: TimelineEntry[] }} */
    const { items } = await ask(`/orders/${encodeURIComponent(orderId)}/timeline`);
    return timeline(items);
  });
  return [
    element('h3', {}, 'Timeline'),
    events.element,
    element('h3', {}, 'Identity score'),
    part(() => score(orderId)).element,
  ];
}

/**
 * @param {string} [cursor]
 * @returns {Promise<Page<PastOrder>>}
 */
function getPage(cursor) {
  return ask(`/order-history?${new URLSearchParams({ ...(cursor && { cursor }) })}`);
}

/** @param {readonly PastOrder[]} orders */
function orderTable(orders) {
  const columns = ['Order', 'Status', { number: 'Amount' }, 'Placed'];
  return table('Orders, the newest first', columns, orders.map(row));
}

/** @param {PastOrder} order */
function row({ orderId, orderStatusCode, orderAmount, currency, decimals, placedAt }) {
  const { name, mood } = statusOf(orderStatusCode);
  return [
    element('a', { href: `#orders/${encodeURIComponent(orderId)}` }, orderId),
    element('span', { class: `pill pill-${mood}` }, name),
    money(orderAmount, currency, decimals),
    dateTime(placedAt),
  ];
}
