/** How well an order fits the user who placed it, and why. */
import { element } from '../lib/dom.js';
import { dateTime } from '../lib/format.js';
import { Problem } from '../lib/http.js';
import { notice } from '../lib/states.js';
import { figures } from '../lib/table.js';
import { ask } from './call.js';

/** Whether the user had it before, and since when; null where the order says nothing of it. */
/** @typedef {{ known: boolean, since: string | null } | null} Known */

/**
 * @typedef {object} Score
 * @property {number | null} score from 0 to 1; null while it is not given
 * @property {Known} browser
 * @property {Known} address
 * @property {string} explanation
 */

/**
 * The score of an order.
 *
 * @param {string} orderId
 * @returns {Promise<HTMLElement>}
 */
export async function score(orderId) {
  try {
    /** @type {Score} */
    const found = await ask(`/identities/scores/${encodeURIComponent(orderId)}`);
    const values = {
      Score: found.score ?? 'not yet',
      Browser: wordFor(found.browser),
      Address: wordFor(found.address),
    };
    return element('div', {}, figures(values), element('p', {}, found.explanation));
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 404) throw error;
    return notice(error.message, 'plain');
  }
}

/** @param {Known} part */
function wordFor(part) {
  if (!part) return 'unknown';
  if (!part.known) return 'new';
  const since = part.since && `since ${dateTime(part.since)}`;
  return element('span', {}, 'known ', element('small', { class: 'fine' }, since));
}
