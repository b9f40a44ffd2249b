/** How dead letters are listed: what each was, why it failed, and a box to tick. */
import { element } from '../lib/dom.js';
import { count, dateTime } from '../lib/format.js';
import { table } from '../lib/table.js';

/**
 * @typedef {object} Letter
 * @property {string} id
 * @property {string} originId
 * @property {string} stream
 * @property {string} group
 * @property {Record<string, string>} fields
 * @property {string} error
 * @property {number} attempts
 * @property {number} lastAt ms since the epoch
 * @property {number} [cutFrom] its bytes, where it is too large to be shown whole
 */

/**
 * A table of letters, and what gives the ids of those that are ticked.
 *
 * @param {readonly Letter[]} letters
 * @returns {{ rows: HTMLElement, chosen: () => string[] }}
 */
export function letterRows(letters) {
  const boxes = letters.map(({ id }) =>
    element('input', { type: 'checkbox', value: id, 'aria-label': `Tick ${id}` }),
  );
  const rows = letters.map((letter, i) => [
    boxes[i],
    element('code', {}, letter.fields['type'] ?? '–'),
    letter.fields['key'] ?? letter.fields['orderId'] ?? '–',
    content(letter),
    letter.attempts,
    dateTime(letter.lastAt),
  ]);
  const columns = ['Tick', 'Event', 'Of', 'What failed', { number: 'Deliveries' }, 'Last'];
  return {
    rows: table('Dead letters, the oldest first', columns, rows),
    chosen: () => boxes.filter(({ checked }) => checked).map(({ value }) => value),
  };
}

/** @param {Letter} letter */
function content({ error, fields, originId, cutFrom }) {
  return element(
    'details',
    {},
    element('summary', {}, error),
    element('p', { class: 'fine' }, `Entry ${originId}`),
    cutFrom !== undefined &&
      element('p', { class: 'fine' }, `The beginning of ${count(cutFrom)} bytes.`),
    element('pre', {}, JSON.stringify(fields, null, 2)),
  );
}
