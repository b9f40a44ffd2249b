/** The filters in use, each with a button that takes it away. */
import { button, element, fill } from '../lib/dom.js';
import { money } from '../lib/format.js';
import { DIMENSIONS, toggled, unfiltered, withValue } from './query.js';

/**
 * @param {HTMLElement} list
 * @param {URLSearchParams} query
 * @param {(changed: URLSearchParams) => void} go
 */
export function showChips(list, query, go) {
  const words = query.get('search');
  const chosen = DIMENSIONS.flatMap((dimension) =>
    query.getAll(dimension).map((value) => ({
      text: value,
      without: () => toggled(query, dimension, value),
    })),
  );
  const bounds = /** @type {const} */ (['minPrice', 'maxPrice']).flatMap((name) => {
    const value = query.get(name);
    if (value === null) return [];
    const text = `${name === 'minPrice' ? 'from' : 'up to'} ${money(Number(value))}`;
    return [{ text, without: () => withValue(query, name, undefined) }];
  });
  const searched = words
    ? [{ text: `“${words}”`, without: () => withValue(query, 'search', undefined) }]
    : [];
  const filters = [...chosen, ...bounds];
  const chips = [...searched, ...filters].map(({ text, without }) => {
    const label = { class: 'chip', 'aria-label': `Remove ${text}` };
    return element(
      'li',
      {},
      button(`${text} ×`, () => go(without()), label),
    );
  });
  const all =
    filters.length > 1 &&
    element(
      'li',
      {},
      button('Clear all', () => go(unfiltered(query)), { class: 'link-button' }),
    );
  fill(list, ...chips, all);
}
