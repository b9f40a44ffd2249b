/** The list of products, a page after the other, each from where the one before has ended. */
import { byId, button, element, fill } from '../lib/dom.js';
import { count } from '../lib/format.js';
import { card, findProducts } from '../lib/products.js';
import { empty, linkButton, problem } from '../lib/states.js';

/** @import { ProductPage } from '../lib/products.js' */

/** Products on a page; the grid has 2, 3 or 4 columns. */
const PAGE = 24;

const products = byId('products', HTMLElement);
const state = byId('state', HTMLElement);
const total = byId('count', HTMLElement);

/** @type {AbortController | undefined} */
let underWay;

/**
 * Shows the products of a query from the start, up to as many as were seen before.
 *
 * @param {URLSearchParams} query
 * @param {number} seen how many were shown when the page was left
 * @param {(page: ProductPage) => void} onPage hears of the first page
 */
export async function showList(query, seen, onPage) {
  underWay?.abort();
  const { signal } = (underWay = new AbortController());
  products.setAttribute('aria-busy', 'true');
  if (products.childElementCount === 0) fill(products, ...skeletons());
  fill(state);
  try {
    const page = await findProducts(pageQuery(query), signal);
    onPage(page);
    fill(products);
    await append(page, query, seen, signal);
  } catch (error) {
    if (signal.aborted) return;
    fill(products);
    fill(total);
    fill(
      state,
      problem(error, () => showList(query, seen, onPage)),
    );
  } finally {
    if (!signal.aborted) products.removeAttribute('aria-busy');
  }
}

/**
 * @param {ProductPage} page
 * @param {URLSearchParams} query
 * @param {number} seen
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
async function append(page, query, seen, signal) {
  const before = products.childElementCount;
  products.append(...page.items.map(card));
  const shown = products.childElementCount;
  fill(total, page.total === 1 ? '1 product' : `${count(page.total)} products`);
  history.replaceState({ seen: shown }, '');
  const { nextCursor } = page;
  if (nextCursor !== null && shown < seen)
    return append(await findProducts(pageQuery(query, nextCursor), signal), query, seen, signal);
  fill(
    state,
    endOf(page, shown, () => void more(nextCursor ?? '', query, signal)),
  );
  // Whoever asked for more by the keyboard goes on with the first that is new.
  if (before > 0 && seen === 0) products.children[before]?.querySelector('a')?.focus();
}

/**
 * @param {string} cursor
 * @param {URLSearchParams} query
 * @param {AbortSignal} signal
 */
async function more(cursor, query, signal) {
  fill(
    state,
    button('Loading…', () => undefined, { disabled: true }),
  );
  try {
    await append(await findProducts(pageQuery(query, cursor), signal), query, 0, signal);
  } catch (error) {
    if (!signal.aborted)
      fill(
        state,
        problem(error, () => more(cursor, query, signal)),
      );
  }
}

/**
 * @param {ProductPage} page
 * @param {number} shown
 * @param {() => void} onMore
 */
function endOf(page, shown, onMore) {
  if (page.total === 0)
    return empty('Nothing fits', 'Try other words, or fewer filters.', linkButton('/', 'See all'));
  if (page.nextCursor === null) return false;
  const left = element('p', {}, `${count(shown)} of ${count(page.total)} are shown`);
  return element('div', {}, left, button('Show more', onMore));
}

/**
 * @param {URLSearchParams} query
 * @param {string} [cursor]
 */
function pageQuery(query, cursor) {
  const asked = new URLSearchParams(query);
  asked.set('limit', String(PAGE));
  if (cursor !== undefined) asked.set('cursor', cursor);
  return asked;
}

function skeletons() {
  return Array.from({ length: 8 }, () =>
    element(
      'li',
      { class: 'card skeleton', 'aria-hidden': 'true' },
      element('span', { class: 'picture' }),
    ),
  );
}
