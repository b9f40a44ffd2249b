/** Lists that come a page at a time, each below the one before. */
import { button, element, fill } from '../lib/dom.js';
import { loading, problem } from '../lib/states.js';

/**
 * @template T
 * @typedef {{ items: T[], nextCursor: string | null }} Page
 */

/**
 * A page as `show` makes it, and a button for the next.
 *
 * @template T
 * @param {(cursor?: string) => Promise<Page<T>>} getPage
 * @param {(items: T[]) => Node} show
 * @returns {Promise<HTMLElement>}
 */
export async function pages(getPage, show) {
  return below(await getPage());

  /** @param {Page<T>} page */
  function below({ items, nextCursor }) {
    const end = element('div', { class: 'more' });
    if (nextCursor)
      fill(
        end,
        button('Show more', () => more(end, nextCursor)),
      );
    return element('div', {}, show(items), end);
  }

  /**
   * @param {HTMLElement} end
   * @param {string} cursor
   */
  async function more(end, cursor) {
    fill(end, loading('One moment…'));
    try {
      end.replaceWith(below(await getPage(cursor)));
    } catch (error) {
      fill(
        end,
        problem(error, () => more(end, cursor)),
      );
    }
  }
}
