/** The streams, and how far each group has read them. */
import { element } from '../lib/dom.js';
import { count, duration } from '../lib/format.js';
import { table } from '../lib/table.js';
import { ask } from './call.js';
import { part, repeat } from './part.js';

/**
 * @typedef {object} Group
 * @property {string} group
 * @property {number} consumers
 * @property {number | null} lag
 * @property {number} pending
 * @property {number | null} oldestUnacknowledgedMs
 * @property {number} deadLetters
 * @property {boolean} stale
 * @property {boolean} here
 */
/** @typedef {{ stream: string, length: number, groups: Group[] }} Stream */

const EVERY_MS = 2000;

/** @returns {Promise<{ items: Stream[] }>} */
export function getStreams() {
  return ask('/streams');
}

/** @type {import('./part.js').Show} */
export function showStreams(panel, signal) {
  const tables = part(async () => {
    const { items } = await getStreams();
    return element('div', {}, ...items.map(streamTable));
  });
  const hint = 'Every two seconds anew. Lag: entries that a group has not been given yet.';
  panel.append(element('p', { class: 'fine' }, hint), tables.element);
  repeat(tables.reload, EVERY_MS, signal);
}

/** @param {Stream} stream */
function streamTable({ stream, length, groups }) {
  const columns = [
    'Group',
    { number: 'Lag' },
    { number: 'Pending' },
    { number: 'Oldest pending' },
    { number: 'Consumers' },
    { number: 'Dead letters' },
    'State',
  ];
  const rows = groups.map((group) => [
    element('strong', {}, group.group),
    group.lag === null ? 'unknown' : count(group.lag),
    count(group.pending),
    group.oldestUnacknowledgedMs === null ? '–' : duration(group.oldestUnacknowledgedMs),
    count(group.consumers),
    group.deadLetters === 0 ? '0' : deadLettersLink(stream, group),
    stateOf(group),
  ]);
  return table(`${stream}: ${count(length)} entries`, columns, rows, 'No group reads it.');
}

/**
 * @param {string} stream
 * @param {Group} group
 */
function deadLettersLink(stream, { group, deadLetters }) {
  const id = `dead-letters-${stream}-${group}`;
  return element('a', { id, href: `#dead-letters/${stream}/${group}` }, count(deadLetters));
}

/** @param {Group} group */
function stateOf({ stale, here }) {
  if (stale) return element('span', { class: 'pill pill-bad' }, 'Nobody reads it');
  return element('span', { class: 'pill pill-good' }, here ? 'Read here' : 'Read elsewhere');
}
