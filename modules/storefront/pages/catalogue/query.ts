/**
 * What the catalogue shows, as its address says it. Going back is going to another address. Prices stand in
 * it as people write them (`minPrice=6.49`), since a form without script sends what was typed.
 */
import { fromField, money, toField } from '../lib/format.ts';

/** The filters that are chosen from values. */
export const DIMENSIONS = [
  'category',
  'subCategory',
  'brand',
  'gender',
  'ageGroup',
  'color',
  'size',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export const BOUNDS = ['minPrice', 'maxPrice'] as const;
export type Bound = (typeof BOUNDS)[number];

export const SORTS = {
  relevance: 'Best match',
  newest: 'Newest',
  price: 'Lowest price',
  '-price': 'Highest price',
  name: 'Name',
} as const;

/** Everything that narrows or orders the list; an address may hold more than that. */
const SINGLE = ['search', ...BOUNDS, 'sort'] as const;
const KNOWN: readonly string[] = [...SINGLE, ...DIMENSIONS];

/** The highest price that the API takes, in the smallest unit; and the longest search, in characters. */
const MAX_PRICE = 1_000_000_000;
const MAX_SEARCH = 200;

/** Products on a page; the grid has 2, 3 or 4 columns. */
export const PAGE = 24;

/** What an address asks for that cannot be shown: what is said of it, and the query without it. */
export interface Fault {
  text: string;
  without: string;
}

export interface Asked {
  /** Of the address, what can be shown. */
  query: URLSearchParams;
  /** Where the page before has ended. */
  cursor?: string;
  faults: Fault[];
}

/** Whether an address is that of a list, as the home page had it once. */
export function namesList(search: string): boolean {
  return [...new URLSearchParams(search).keys()].some((name) => KNOWN.includes(name));
}

/** Reads the query of an address: `?search=shirt&minPrice=5`. */
export function readAddress(search: string): Asked {
  const address = new URLSearchParams(search);
  const query = new URLSearchParams();
  for (const [name, value] of address) {
    const isSingle = (SINGLE as readonly string[]).includes(name);
    if (KNOWN.includes(name) && value.trim() && !(isSingle && query.has(name)))
      query.append(name, value.trim());
  }
  const wrong = wrongIn(query);
  for (const name of wrong.flatMap(({ names }) => names)) query.delete(name);
  // What cannot be shown is left out of the list already: the link leads to what is seen.
  const faults = wrong.map(({ text }) => ({ text, without: query.toString() }));
  const cursor = address.get('cursor');
  return { query, ...(cursor && { cursor }), faults };
}

function wrongIn(query: URLSearchParams): { text: string; names: string[] }[] {
  const wrong: { text: string; names: string[] }[] = [];
  const words = query.get('search') ?? '';
  if (words.length > MAX_SEARCH)
    wrong.push({ text: 'The search is too long. Try fewer words.', names: ['search'] });
  const sort = query.get('sort');
  if (sort !== null && !Object.hasOwn(SORTS, sort))
    wrong.push({ text: `The shop cannot sort by “${sort}”.`, names: ['sort'] });
  for (const name of BOUNDS) {
    const price = query.get(name);
    if (price !== null && priceOf(query, name) === undefined)
      wrong.push({ text: `“${price}” is no price. Write a number, such as 100.`, names: [name] });
  }
  const [low, high] = BOUNDS.map((name) => priceOf(query, name));
  if (low !== undefined && high !== undefined && low > high)
    wrong.push({
      text: `No price is from ${money(low)} up to ${money(high)}: the first is the higher one.`,
      names: [...BOUNDS],
    });
  return wrong;
}

/** A bound of the price in the smallest unit; undefined where there is none, or one that makes no sense. */
export function priceOf(query: URLSearchParams, name: Bound): number | undefined {
  const price = fromField(query.get(name) ?? '');
  return price !== undefined && price >= 0 && price <= MAX_PRICE ? price : undefined;
}

/** The path of the API for a page of the list. */
export function apiPath(query: URLSearchParams, limit: number, cursor?: string): string {
  const asked = new URLSearchParams(query);
  for (const name of BOUNDS) {
    const price = priceOf(query, name);
    if (price !== undefined) asked.set(name, String(price));
  }
  asked.set('limit', String(limit));
  if (cursor !== undefined) asked.set('cursor', cursor);
  return `/api/products?${asked}`;
}

/** The query with one value of a filter chosen, or no longer. The address may spell it otherwise than the shop. */
export function toggled(query: URLSearchParams, dimension: Dimension, value: string) {
  const changed = new URLSearchParams(query);
  const chosen = query.getAll(dimension).find((one) => isSame(one, value));
  if (chosen === undefined) changed.append(dimension, value);
  else changed.delete(dimension, chosen);
  return changed;
}

/** Whether two values of a filter are the same but for their letters' case. */
export function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** The query with another value of what has one, or none. */
export function withValue(
  query: URLSearchParams,
  name: 'search' | 'sort' | Bound,
  value: string | undefined,
): URLSearchParams {
  const changed = new URLSearchParams(query);
  if (value === undefined || value === '') changed.delete(name);
  else changed.set(name, value);
  return changed;
}

/** The query with other bounds of the price, in the smallest unit. */
export function withPrices(
  query: URLSearchParams,
  bounds: Record<Bound, number | undefined>,
): URLSearchParams {
  return BOUNDS.reduce((changed, name) => {
    const price = bounds[name];
    return withValue(changed, name, price === undefined ? undefined : toField(price));
  }, query);
}

/** The query without any filter: the words and the order stay. */
export function unfiltered(query: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...query].filter(([name]) => name === 'search' || name === 'sort'));
}

/** The order of the list where its address names none. */
export function defaultSort(query: URLSearchParams): keyof typeof SORTS {
  return query.has('search') ? 'relevance' : 'newest';
}

/** The address of a query. */
export function toAddress(query: URLSearchParams | string): string {
  const text = String(query);
  return text ? `/products?${text}` : '/products';
}

/** The address of a list that is narrowed by one value. */
export function addressOf(dimension: Dimension, value: string): string {
  return toAddress(new URLSearchParams({ [dimension]: value }));
}

/** What the list is called. */
export function titleOf(query: URLSearchParams): string {
  const words = query.get('search');
  if (words) return `Results for “${words}”`;
  const values = [...query.getAll('subCategory'), ...query.getAll('category')];
  return values.length > 0 ? values.join(', ') : 'The whole shop';
}
