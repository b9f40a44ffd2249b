/**
 * An order that was sent and is not answered. Its key is kept until the answer is there, so that a
 * reload, a double click, a second tab or a lost connection never orders twice.
 */
import { readLines } from '../lib/line.js';
import { randomKey } from '../lib/key.js';

/** @import { Line } from '../lib/line.js' */
/** @typedef {{ key: string, items: Line[] }} Submission */
/** @typedef {Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>} Store */

const KEY = 'millrace.attempt';

/**
 * What was sent and is not answered yet.
 *
 * @param {Store} store
 * @returns {Submission | undefined}
 */
export function unanswered(store) {
  const text = store.getItem(KEY) ?? '';
  const space = text.indexOf(' ');
  const items = readLines(text.slice(space + 1));
  return space > 0 && items.length > 0 ? { key: text.slice(0, space), items } : undefined;
}

/**
 * The submission for these items: the one that is not answered yet where it has the same items.
 *
 * @param {Store} store
 * @param {readonly Line[]} items
 * @returns {Submission}
 */
export function submission(store, items) {
  const before = unanswered(store);
  if (before && isSame(before.items, items)) return before;
  const made = { key: randomKey(), items: [...items] };
  store.setItem(KEY, `${made.key} ${JSON.stringify(made.items)}`);
  return made;
}

/**
 * Forgets a submission, now that its answer is there.
 *
 * @param {Store} store
 * @param {Submission} answered
 * @returns {boolean} false where another tab has done it already
 */
export function forget(store, answered) {
  if (unanswered(store)?.key !== answered.key) return false;
  store.removeItem(KEY);
  return true;
}

/**
 * Whether two carts hold the same, in whatever order.
 *
 * @param {readonly Line[]} some
 * @param {readonly Line[]} others
 */
export function isSame(some, others) {
  const quantities = new Map(others.map(({ productId, quantity }) => [productId, quantity]));
  return (
    some.length === others.length &&
    some.every(({ productId, quantity }) => quantities.get(productId) === quantity)
  );
}
