/** Dead letters: what no handler could take, to be looked at, handled again, or thrown away. */
import { button, element, fill } from '../lib/dom.js';
import { choice } from '../lib/form.js';
import { confirmed } from '../lib/confirm.js';
import { count } from '../lib/format.js';
import { loading, notice, problem } from '../lib/states.js';
import { ask } from './call.js';
import { letterRows } from './letter.js';
import { part } from './part.js';
import { getStreams } from './streams.js';

/** @import { Letter } from './letter.js' */
/** @import { Stream } from './streams.js' */

/** @type {import('./part.js').Show} */
export function showDeadLetters(panel, _signal, [stream, group]) {
  const groups = part(async () => {
    const { items } = await getStreams();
    return picker(items, stream && group ? `${stream}/${group}` : '');
  });
  panel.append(groups.element);
  if (stream && group) panel.append(letters(stream, group, () => void groups.reload()));
}

/**
 * @param {readonly Stream[]} streams
 * @param {string} chosen
 */
function picker(streams, chosen) {
  const options = streams.flatMap(({ stream, groups }) =>
    groups.map(({ group, deadLetters }) => ({
      value: `${stream}/${group}`,
      text: `${stream}, ${group}: ${count(deadLetters)}`,
      deadLetters,
    })),
  );
  const filled = options.filter(({ value, deadLetters }) => deadLetters > 0 || value === chosen);
  if (filled.length === 0) return notice('There are no dead letters in any stream.');
  const all = [{ value: '', text: 'Choose…' }, ...filled];
  const made = choice('of', 'Dead letters of', all, chosen);
  const select = /** @type {HTMLSelectElement} */ (made.querySelector('select'));
  select.addEventListener('change', () => {
    location.hash = `#dead-letters/${select.value}`;
  });
  return made;
}

/**
 * @param {string} stream
 * @param {string} group
 * @param {() => void} onChange
 */
function letters(stream, group, onChange) {
  const said = element('div');
  const path = `/streams/${encodeURIComponent(stream)}/dead-letters`;
  const list = part(async () => {
    /** @type {{ items: Letter[] }} */
    const { items } = await ask(`${path}?${new URLSearchParams({ group })}`);
    const { rows, chosen } = letterRows(items);
    const tools = element(
      'p',
      { class: 'row' },
      button('Handle again', () => replay(chosen())),
      button('Throw away', () => discard(chosen()), { class: 'danger' }),
      element('span', { class: 'fine' }, 'What is ticked, or all where nothing is.'),
    );
    return element('div', {}, items.length > 0 && tools, rows);
  });

  /** @param {string[]} ids */
  function replay(ids) {
    return act('replay', ids, (/** @type {{ replayed: string[], failed: unknown[] }} */ done) =>
      done.failed.length === 0
        ? `${count(done.replayed.length)} handled.`
        : `${count(done.replayed.length)} handled, ${count(done.failed.length)} failed again.`,
    );
  }

  /** @param {string[]} ids */
  async function discard(ids) {
    const what = ids.length === 0 ? 'all dead letters of this group' : `${ids.length} dead letters`;
    const question = `Throw ${what} away? Nobody will ever handle them.`;
    if (!(await confirmed(question, 'Throw away'))) return;
    await act(
      'discard',
      ids,
      (/** @type {{ discarded: number }} */ done) => `${count(done.discarded)} thrown away.`,
    );
  }

  /**
   * @template T
   * @param {'replay' | 'discard'} action
   * @param {string[]} ids
   * @param {(done: T) => string} words
   */
  async function act(action, ids, words) {
    fill(said, loading('One moment…'));
    const body = { group, ...(ids.length > 0 && { ids }) };
    try {
      fill(said, notice(words(await ask(`${path}/${action}`, { method: 'POST', body }))));
      onChange();
      await list.reload();
    } catch (error) {
      fill(said, problem(error));
    }
  }
  return element('div', {}, said, list.element);
}
