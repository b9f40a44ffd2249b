/** The page of one order, which follows its order by itself. */
import { button, byId, element, fill, keepingFocus } from './lib/dom.js';
import { confirmed } from './lib/confirm.js';
import { Problem, request } from './lib/http.js';
import { apiPathOf, cancelOrder, getOrder } from './lib/orders.js';
import { empty, linkButton, loading, problem } from './lib/states.js';
import { hasEnded } from './lib/status.js';
import { timeline } from './lib/timeline.js';
import { bill } from './order/bill.js';
import { freshSession } from './order/fresh-session.js';
import { status, steps } from './order/steps.js';
import { watch } from './order/watch.js';

/** @import { Order } from './lib/orders.js' */
/** @import { TimelineEntry } from './lib/timeline.js' */

const orderId = decodeURIComponent(location.pathname.split('/').at(-1) ?? '');
const main = byId('order', HTMLElement);

const parts = {
  // Said aloud whenever it changes; so it stays, and only what it holds is replaced.
  status: element('div', { role: 'status', 'aria-live': 'polite' }),
  connection: element('p', { class: 'fine', id: 'connection' }),
  steps: element('div'),
  actions: element('div', { class: 'row' }),
  said: element('div'),
  bill: element('div'),
  timeline: element('div', { class: 'timeline-part' }),
};

async function start() {
  fill(main, loading('Looking for your order…'));
  try {
    show(await getOrder(orderId));
  } catch (error) {
    const isNone = error instanceof Problem && [401, 404].includes(error.status);
    fill(main, isNone ? noOrder() : problem(error, start));
    return;
  }
  const {
    status: now,
    connection,
    steps: way,
    actions,
    said,
    bill: ordered,
    timeline: life,
  } = parts;
  const follow = element(
    'section',
    { class: 'follow', 'aria-label': 'Status' },
    now,
    way,
    connection,
    actions,
    said,
  );
  fill(main, element('h1', {}, 'Your order'), follow, ordered, life);
  if (!isOver) stopWatching = watch(orderId, () => void refresh(), showConnection);
}

function noOrder() {
  const text = 'This browser has no such order. If you placed it with an account, sign in.';
  return empty('No such order', text, linkButton('/account', 'Sign in'));
}

let isRefreshing = false;
let hasFailed = false;
let isOutdated = false;

/** Shows the order as it is now; what changes meanwhile is asked for once more after. */
async function refresh() {
  isOutdated = true;
  if (isRefreshing) return;
  isRefreshing = true;
  try {
    while (isOutdated) {
      isOutdated = false;
      show(await getOrder(orderId));
      if (hasFailed) fill(parts.said);
      hasFailed = false;
    }
  } catch (error) {
    hasFailed = true;
    fill(parts.said, problem(error, refresh));
  } finally {
    isRefreshing = false;
  }
}

let shown = '';
let isOver = false;
let stopWatching = () => {};

/** @param {Order} order */
function show(order) {
  const text = JSON.stringify(order);
  if (text === shown) return;
  shown = text;
  const { orderStatusCode, cancellation } = order;
  fill(parts.status, status(order));
  fill(parts.steps, steps(orderStatusCode));
  fill(parts.bill, bill(order));
  isOver = hasEnded(orderStatusCode);
  const isStrange = order.reasonCode === 'identity-score';
  if (isStrange) void freshSession(order).then((step) => fill(parts.actions, step));
  else keepingFocus(() => fill(parts.actions, !isOver && !cancellation && cancelButton()));
  void showTimeline();
  if (!isOver) return;
  stopWatching();
  fill(parts.connection);
}

async function showTimeline() {
  const heading = element('h2', {}, 'How it went');
  try {
    /** @type {{ items: TimelineEntry[] }} */
    const { items } = await request(apiPathOf(orderId, '/timeline'));
    fill(parts.timeline, heading, timeline(items));
  } catch (error) {
    fill(parts.timeline, heading, problem(error, showTimeline));
  }
}

function cancelButton() {
  return button('Cancel the order', cancel, { id: 'cancel' });
}

async function cancel() {
  if (!(await confirmed('Cancel this order? What was paid is given back.', 'Cancel the order')))
    return;
  fill(parts.said, loading('Cancelling…'));
  try {
    await cancelOrder(orderId);
    fill(parts.said);
    await refresh();
  } catch (error) {
    fill(parts.said, problem(error));
  }
}

/** @param {import('./order/watch.js').Connection} connection */
function showConnection(connection) {
  const isLive = connection === 'live';
  const text = isLive ? 'This page updates by itself.' : 'The connection is lost; trying again…';
  fill(parts.connection, text);
  parts.connection.classList.toggle('is-live', isLive);
}

void start();
