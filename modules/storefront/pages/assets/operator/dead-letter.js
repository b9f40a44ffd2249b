/** How dead letters are listed: what each was, why it failed, and a box to tick. */
import { element } from '../lib/dom.js';
import { count, dateTime } from '../lib/format.js';
import { table } from '../lib/table.js';

/**
 * @typedef {object} DeadLetter
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
 * A table of dead letters, and what gives the ids of those that are ticked.
 *
 * @param {readonly DeadLetter[]} deadLetters
 * @returns {{ rows: HTMLElement, chosen: () => string[] }}
 */
export function deadLetterRows(deadLetters) {
  const boxes = deadLetters.map(({ id }) =>
    element('input', { type: 'checkbox', value: id, 'aria-label': `Tick ${id}` }),
  );
  const rows = deadLetters.map((deadLetter, i) => [
    boxes[i],
    element('code', {}, deadLetter.fields['type'] ?? '–'),
    deadLetter.fields['key'] ?? deadLetter.fields['orderId'] ?? '–',
    content(deadLetter),
    deadLetter.attempts,
    dateTime(deadLetter.lastAt),
  ]);
  const columns = ['Tick', 'Event', 'Of', 'What failed', { number: 'Deliveries' }, 'Last'];
  return {
    rows: table('Dead letters, the oldest first', columns, rows),
    chosen: () => boxes.filter(({ checked }) => checked).map(({ value }) => value),
  };
}

/** @param {DeadLetter} letter */
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
