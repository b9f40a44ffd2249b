/** What the catalogue shows, as its address says it. Going back is going to another address. */

/** The filters that are chosen from values. */
export const DIMENSIONS = /** @type {const} */ (['category', 'brand', 'gender', 'color']);

/** @typedef {(typeof DIMENSIONS)[number]} Dimension */
/** @typedef {'minPrice' | 'maxPrice'} Bound */

/** Everything that the API takes as a filter or an order; an address may hold more than that. */
const KNOWN = ['search', ...DIMENSIONS, 'minPrice', 'maxPrice', 'sort'];

export const DEFAULT_SORT = 'newest';

/**
 * Of an address, what the API understands.
 *
 * @param {URLSearchParams} address
 */
export function toQuery(address) {
  return new URLSearchParams([...address].filter(([name, value]) => KNOWN.includes(name) && value));
}

/**
 * The query with one value of a filter chosen, or no longer.
 *
 * @param {URLSearchParams} query
 * @param {Dimension} dimension
 * @param {string} value
 */
export function toggled(query, dimension, value) {
  const changed = new URLSearchParams(query);
  if (query.has(dimension, value)) changed.delete(dimension, value);
  else changed.append(dimension, value);
  return changed;
}

/**
 * The query with another value of what has one, or none.
 *
 * @param {URLSearchParams} query
 * @param {'search' | 'sort' | Bound} name
 * @param {string | undefined} value
 */
export function withValue(query, name, value) {
  const changed = new URLSearchParams(query);
  if (value === undefined || value === '') changed.delete(name);
  else changed.set(name, value);
  return changed;
}

/**
 * The query without any filter: the words and the order stay.
 *
 * @param {URLSearchParams} query
 */
export function unfiltered(query) {
  return new URLSearchParams([...query].filter(([name]) => name === 'search' || name === 'sort'));
}

/**
 * The address of a query.
 *
 * @param {URLSearchParams} query
 */
export function toAddress(query) {
  return query.size > 0 ? `/?${query}` : '/';
}

/**
 * What the list is called.
 *
 * @param {URLSearchParams} query
 */
export function titleOf(query) {
  const words = query.get('search');
  if (words) return `Results for “${words}”`;
  const categories = query.getAll('category');
  return categories.length > 0 ? categories.join(', ') : 'The whole shop';
}
