/** What this customer has ordered, newest first. */
import { button, byId, element, fill } from './lib/dom.js';
import { dateTime, money } from './lib/format.js';
import { request } from './lib/http.js';
import { pageOf } from './lib/orders.js';
import { currentSession } from './lib/session.js';
import { empty, linkButton, loading, problem } from './lib/states.js';
import { statusOf } from './lib/status.js';

/** @import { PastOrder } from './lib/orders.js' */
/** @typedef {{ items: PastOrder[], nextCursor: string | null }} HistoryPage */

/** Orders on a page. */
const PAGE = 20;

/** Products that an order names in the list. */
const NAMED = 3;

const main = byId('orders', HTMLElement);
const list = element('ul', { class: 'order-list' });
const end = element('div', { class: 'more' });

async function show() {
  fill(main, loading('Looking for your orders…'));
  try {
    const session = await currentSession();
    if (!session) return fill(main, none('Orders that you place in this browser are listed here.'));
    const page = await getPage();
    if (page.items.length === 0) return fill(main, none('What you order is listed here.'));
    fill(main, session.kind === 'guest' && guestHint(), list, end);
    return append(page);
  } catch (error) {
    return fill(main, problem(error, show));
  }
}

/**
 * @param {string} [cursor]
 * @returns {Promise<HistoryPage>}
 */
function getPage(cursor) {
  const query = new URLSearchParams({ limit: String(PAGE), ...(cursor && { cursor }) });
  return request(`/api/order-history?${query}`);
}

/** @param {HistoryPage} page */
function append({ items, nextCursor }) {
  const before = list.childElementCount;
  list.append(...items.map(entry));
  fill(end, nextCursor && button('Show more', () => more(nextCursor)));
  if (before > 0) list.children[before]?.querySelector('a')?.focus();
}

/** @param {string} cursor */
async function more(cursor) {
  fill(end, loading('Looking for more…'));
  try {
    append(await getPage(cursor));
  } catch (error) {
    fill(
      end,
      problem(error, () => more(cursor)),
    );
  }
}

/** @param {PastOrder} order */
function entry({ orderId, orderStatusCode, orderAmount, currency, decimals, items, placedAt }) {
  const { name, mood } = statusOf(orderStatusCode);
  const names = items.slice(0, NAMED).map((item) => `${item.quantity} × ${item.name}`);
  const others = items.length - names.length;
  return element(
    'li',
    {},
    element(
      'a',
      { href: pageOf(orderId) },
      element('span', { class: `pill pill-${mood}` }, name),
      element('time', { datetime: placedAt }, dateTime(placedAt)),
      element(
        'span',
        { class: 'order-items' },
        names.join(', '),
        others > 0 && ` and ${others} more`,
      ),
      element('strong', {}, money(orderAmount, currency, decimals)),
    ),
  );
}

/** @param {string} text */
function none(text) {
  const links = element(
    'span',
    { class: 'row' },
    linkButton('/', 'To the shop'),
    linkButton('/account', 'Sign in'),
  );
  return empty('Nothing ordered yet', text, links);
}

function guestHint() {
  return element(
    'p',
    { class: 'notice notice-plain' },
    'You are a guest: these orders belong to this browser. ',
    element('a', { href: '/account' }, 'Make an account'),
    ' to have them everywhere.',
  );
}

void show();
