/** The operator's pages: a door that asks for the token, and a tab for each thing to look after. */
import { button, byId, element, fill } from './lib/dom.js';
import { field, form } from './lib/form.js';
import { ask, forgetToken, hasToken, keepToken, whenRefused } from './operator/call.js';
import { showDeadLetters } from './operator/dead-letters.js';
import { showOrders } from './operator/orders.js';
import { showPayments } from './operator/payments.js';
import { showRebuild } from './operator/rebuild.js';
import { showStatistics } from './operator/statistics.js';
import { showStock } from './operator/stock.js';
import { showStreams } from './operator/streams.js';

/** @import { Tab } from './operator/part.js' */

/** The first is shown where the address names none. @type {[Tab, ...Tab[]]} */
const TABS = [
  { name: 'streams', title: 'Streams', show: showStreams },
  { name: 'dead-letters', title: 'Dead letters', show: showDeadLetters },
  { name: 'products', title: 'Products', show: showStock },
  { name: 'payments', title: 'Payments', show: showPayments },
  { name: 'orders', title: 'Orders', show: showOrders },
  { name: 'statistics', title: 'Statistics', show: showStatistics },
  { name: 'rebuild', title: 'Rebuild', show: showRebuild },
];

const gate = byId('gate', HTMLElement);
const office = byId('office', HTMLElement);
const tabs = byId('tabs', HTMLElement);
const panel = byId('panel', HTMLElement);

let left = new AbortController();

/** Shows the tab that the address names: `#payments/failed` is the tab, and what it is to show. */
function showTab() {
  left.abort();
  left = new AbortController();
  const [name, ...rest] = location.hash.slice(1).split('/').map(decodeURIComponent);
  const tab = TABS.find((one) => one.name === name) ?? TABS[0];
  const links = TABS.map(({ name: to, title }) =>
    element('a', { href: `#${to}`, 'aria-current': to === tab.name && 'page' }, title),
  );
  fill(tabs, ...links, button('Leave', leave, { class: 'link-button' }));
  fill(panel, element('h2', { id: 'panel-heading' }, tab.title));
  document.title = `${tab.title} · Operator · Millrace`;
  tab.show(panel, left.signal, rest);
}

/** @param {string} [refusal] */
function showDoor(refusal) {
  left.abort();
  office.hidden = true;
  const attributes = { type: 'password', required: true, autocomplete: 'off' };
  const door = form(
    'Enter',
    [field('token', 'ADMIN_TOKEN', attributes)],
    async ({ token = '' }) => {
      keepToken(token);
      await ask('/streams');
      enter();
    },
  );
  const hint =
    'The token that the shop was started with. Where none was set, it was printed at the start. It is kept in this tab alone.';
  fill(
    gate,
    element(
      'div',
      { class: 'panel' },
      element('p', { class: 'fine' }, hint),
      door,
      refusal ?? null,
    ),
  );
}

function enter() {
  fill(gate);
  office.hidden = false;
  showTab();
}

function leave() {
  forgetToken();
  showDoor();
}

addEventListener('hashchange', () => {
  if (hasToken()) showTab();
});
whenRefused(() => {
  if (!office.hidden) showDoor('The token is no longer good.');
});

if (hasToken()) enter();
else showDoor();
