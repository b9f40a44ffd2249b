/** Rebuilding the order history from the events, beside the one that is shown meanwhile. */
import { button, element, fill } from '../lib/dom.js';
import { count, dateTime } from '../lib/format.js';
import { confirmed } from '../lib/confirm.js';
import { notice, problem } from '../lib/states.js';
import { table } from '../lib/table.js';
import { ask } from './call.js';
import { part, repeat } from './part.js';

/**
 * @typedef {object} Rebuild
 * @property {'idle' | 'rebuilding'} state
 * @property {string} [startedAt]
 * @property {{ stream: string, sent: number, waiting: number, told: boolean }[]} sources
 * @property {{
 *   outcome: 'done' | 'failed' | 'abandoned', reason?: string, endedAt: string,
 *   events: number, documents: number
 * }} [last]
 */

const PATH = '/order-history/rebuild';
const EVERY_MS = 1000;

/** @type {import('./part.js').Show} */
export function showRebuild(panel, signal) {
  const said = element('div');
  const state = part(async () => present(await ask(PATH), act));

  /** @param {'POST' | 'DELETE'} method */
  async function act(method) {
    const question = 'Give the rebuilding up? The history that is shown stays.';
    if (method === 'DELETE' && !(await confirmed(question, 'Give it up'))) return;
    try {
      await ask(PATH, { method });
      fill(said);
      await state.reload();
    } catch (error) {
      fill(said, problem(error));
    }
  }

  const text =
    'The order history holds nothing that the events do not hold. It is rebuilt beside the one that is shown, and takes its place when all events are handled.';
  panel.append(element('p', { class: 'prose' }, text), said, state.element);
  repeat(state.reload, EVERY_MS, signal);
}

/**
 * @param {Rebuild} rebuild
 * @param {(method: 'POST' | 'DELETE') => Promise<void>} act
 */
function present({ state, startedAt, sources, last }, act) {
  const isIdle = state === 'idle';
  const id = 'rebuild';
  const begin = button('Rebuild the order history', () => act('POST'), { id, class: 'primary' });
  const abandon = button('Give it up', () => act('DELETE'), { id, class: 'danger' });
  const rows = sources.map(({ stream, sent, waiting, told }) => [
    stream,
    element('progress', { max: Math.max(sent, 1), value: sent - waiting, 'aria-label': stream }),
    `${count(sent - waiting)} of ${count(sent)}`,
    told ? 'all sent' : 'still being sent',
  ]);
  return element(
    'div',
    {},
    element('p', {}, isIdle ? begin : abandon),
    !isIdle && element('p', {}, `Rebuilding since ${dateTime(startedAt ?? Date.now())}`),
    !isIdle && table('Progress', ['Stream', 'Handled', { number: 'Events' }, 'Source'], rows),
    last && notice(tokenize(last), last.outcome === 'done' ? 'good' : 'plain'),
  );
}

/** @param {NonNullable<Rebuild['last']>} last */
function tokenize({ outcome, reason, endedAt, events, documents }) {
  const when = `The last one ended ${dateTime(endedAt)}`;
  if (outcome !== 'done') return `${when}: ${outcome}${reason ? `, ${reason}` : ''}.`;
  return `${when}: ${count(events)} events made ${count(documents)} documents.`;
}
