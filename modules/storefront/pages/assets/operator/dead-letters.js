/** Dead letters: what no handler could take, to be looked at, handled again, or thrown away. */
import { button, element, fill } from '../lib/dom.js';
import { choice } from '../lib/form.js';
import { confirmed } from '../lib/confirm.js';
import { count } from '../lib/format.js';
import { loading, notice, problem } from '../lib/states.js';
import { ask } from './call.js';
import { deadLetterRows } from './dead-letter.js';
import { pages } from './pages.js';
import { part } from './part.js';
import { getStreams } from './streams.js';

/** @import { DeadLetter } from './dead-letter.js' */
/** @import { Page } from './pages.js' */
/** @import { Stream } from './streams.js' */

/** @type {import('./part.js').Show} */
export function showDeadLetters(panel, _signal, [stream, group]) {
  const groups = part(async () => {
    const { items } = await getStreams();
    return picker(items, stream && group ? `${stream}/${group}` : '');
  });
  panel.append(groups.element);
  if (stream && group) panel.append(deadLettersOf(stream, group, () => void groups.reload()));
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
 * The dead letters of a group, and what is done with those that are ticked.
 *
 * @param {string} stream
 * @param {string} group
 * @param {() => void} onChange
 */
function deadLettersOf(stream, group, onChange) {
  const said = element('div');
  const calls = callsOf(stream, group);
  /** What gives the ids that are ticked, for each page that is shown. @type {(() => string[])[]} */
  let ticked = [];
  const list = part(async () => {
    ticked = [];
    const shown = await pages(calls.page, (items) => {
      const { rows, chosen } = deadLetterRows(items);
      if (items.length > 0) ticked.push(chosen);
      return rows;
    });
    const chosen = () => ticked.flatMap((ids) => ids());
    const tools = element(
      'p',
      { class: 'row' },
      button('Handle again', () => act(() => calls.replay(chosen()))),
      button('Throw away', () => discard(chosen()), { class: 'danger' }),
      element('span', { class: 'fine' }, 'What is ticked, or all of the group where nothing is.'),
    );
    return element('div', {}, ticked.length > 0 && tools, shown);
  });

  /** @param {string[]} ids */
  async function discard(ids) {
    const what = ids.length === 0 ? 'all dead letters of this group' : `${ids.length} dead letters`;
    const question = `Throw ${what} away? Nobody will ever handle them.`;
    if (await confirmed(question, 'Throw away')) await act(() => calls.discard(ids));
  }

  /** @param {() => Promise<string>} work gives the words for what was done */
  async function act(work) {
    fill(said, loading('One moment…'));
    try {
      fill(said, notice(await work()));
    } catch (error) {
      fill(said, problem(error));
    }
    onChange();
    await list.reload();
  }
  return element('div', {}, said, list.element);
}

/**
 * The calls on the dead letters of a group; without ids on all of them.
 *
 * @param {string} stream
 * @param {string} group
 */
function callsOf(stream, group) {
  const path = `/streams/${encodeURIComponent(stream)}/dead-letters`;

  /**
   * @template T
   * @param {'replay' | 'discard'} action
   * @param {string[]} ids
   * @param {string} [from]
   * @returns {Promise<T>}
   */
  function post(action, ids, from) {
    const body = { group, ...(ids.length > 0 && { ids }), ...(from && { from }) };
    return ask(`${path}/${action}`, { method: 'POST', body });
  }

  return {
    /**
     * @param {string} [from]
     * @returns {Promise<Page<DeadLetter>>}
     */
    page: (from) => ask(`${path}?${new URLSearchParams({ group, ...(from && { from }) })}`),

    /** @param {string[]} ids */
    async replay(ids) {
      let [replayed, failed] = [0, 0];
      for (let from = ''; ;) {
        /** @type {{ replayed: string[], failed: unknown[], nextCursor?: string | null }} */
        const done = await post('replay', ids, from);
        replayed += done.replayed.length;
        failed += done.failed.length;
        if (!done.nextCursor) break;
        from = done.nextCursor;
      }
      return failed === 0
        ? `${count(replayed)} handled.`
        : `${count(replayed)} handled, ${count(failed)} failed again.`;
    },

    /** @param {string[]} ids */
    async discard(ids) {
      let all = 0;
      for (;;) {
        /** @type {{ discarded: number, left: number }} */
        const { discarded, left } = await post('discard', ids);
        all += discarded;
        if (ids.length > 0 || discarded === 0 || left === 0) break;
      }
      return `${count(all)} thrown away.`;
    },
  };
}
