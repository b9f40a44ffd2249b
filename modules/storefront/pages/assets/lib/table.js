/** Tables, which scroll by themselves where the screen is narrow. */
import { element } from './dom.js';

/** @import { Child } from './dom.js' */

/** A column: its heading, and whether it holds numbers. */
/** @typedef {string | { number: string }} Column */

/**
 * @param {string} caption
 * @param {readonly Column[]} columns
 * @param {readonly (readonly Child[])[]} rows
 * @param {string} [none] what is said where there are no rows
 */
export function table(caption, columns, rows, none = 'None.') {
  const isNumber = columns.map((column) => typeof column !== 'string' && 'number');
  const heads = columns.map((column, i) =>
    element('th', { scope: 'col', class: isNumber[i] }, nameOf(column)),
  );
  const bodies = rows.map((cells) =>
    element('tr', {}, ...cells.map((cell, i) => element('td', { class: isNumber[i] }, cell))),
  );
  const empty = element('tr', {}, element('td', { colspan: columns.length, class: 'fine' }, none));
  const made = element(
    'table',
    {},
    element('caption', {}, caption),
    element('thead', {}, element('tr', {}, ...heads)),
    element('tbody', {}, ...(bodies.length > 0 ? bodies : [empty])),
  );
  // What scrolls must be reached by the keyboard.
  return element(
    'div',
    { class: 'table', tabindex: 0, role: 'region', 'aria-label': caption },
    made,
  );
}

/** @param {Column} column */
function nameOf(column) {
  return typeof column === 'string' ? column : column.number;
}

/**
 * Single figures, each with its name.
 *
 * @param {Record<string, Child>} values
 */
export function figures(values) {
  const pairs = Object.entries(values).map(([name, value]) =>
    element('div', {}, element('dt', {}, name), element('dd', {}, value)),
  );
  return element('dl', { class: 'figures' }, ...pairs);
}
