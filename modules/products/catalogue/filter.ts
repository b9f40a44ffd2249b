/**
 * What a list request asks for, as conditions on products in memory; and facets: what the list could be
 * narrowed to, each counted as if it were not narrowed yet.
 */
import type { Sort } from './cursor.ts';
import { fold } from './tokenizer.ts';

/** The filters that can be chosen from what the list shows, besides the price. */
export const DIMENSIONS = [
  'brand',
  'category',
  'subCategory',
  'gender',
  'ageGroup',
  'color',
  'size',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** What products are grouped by: the filters first, then what else makes them alike. */
export const COLUMNS = [...DIMENSIONS, 'usage'] as const;
export type Column = (typeof COLUMNS)[number];

/** The filters of a list request; several values of one filter mean either. */
export interface Filters extends Partial<Record<Dimension, string[]>> {
  search?: string;
  minPrice?: number;
  maxPrice?: number;
}

/** Products on a page, where the request does not say. */
export const DEFAULT_LIMIT = 24;

/** A list request. */
export interface ListQuery extends Filters {
  sort?: Sort;
  limit?: number;
  descriptions?: boolean;
  cursor?: string;
}

/** What a list request is sorted by: without a search nothing is more relevant than another. */
export function sortOf({
  search = '',
  sort = 'relevance',
}: Pick<ListQuery, 'search' | 'sort'>): Sort {
  return sort === 'relevance' && fold(search) === '' ? 'newest' : sort;
}

/** The values of one dimension, each with a number. */
export interface ValueTable {
  /** As they are shown. */
  readonly shown: string[];
  /** The same values, each as it is compared. */
  readonly folded: string[];
  readonly numbers: Map<string, number>;
}

/** What products of a group have in common: the numbers of their values in each of {@link COLUMNS}. */
export type Group = readonly (readonly number[])[];

export function emptyTable(): ValueTable {
  return { shown: [], folded: [], numbers: new Map() };
}

/** The number of a value, which is taken into the table where it is new. */
export function numberOf({ shown, folded, numbers }: ValueTable, value: string): number {
  const known = numbers.get(value);
  if (known !== undefined) return known;
  const number = shown.push(value) - 1;
  folded.push(fold(value));
  numbers.set(value, number);
  return number;
}

/** What says of a group which filters it does not pass: a bit for each of these, 0 for none. */
export function facetFilter(
  tables: readonly ValueTable[],
  filters: Filters,
): (group: Group) => number {
  const wanted = DIMENSIONS.flatMap((dimension, i) => {
    const values = new Set(filters[dimension]?.map(fold).filter(Boolean));
    if (values.size === 0) return [];
    return [{ i, passes: tables[i]!.folded.map((value) => values.has(value)) }];
  });
  return (group) =>
    wanted.reduce(
      (failed, { i, passes }) =>
        group[i]!.some((number) => passes[number]) ? failed : failed | (1 << i),
      0,
    );
}

export interface FacetValue {
  value: string;
  count: number;
}

export interface Facets extends Record<Dimension, FacetValue[]> {
  /** Null where nothing matches. */
  price: { min: number | null; max: number | null };
}

/** Groups, how many products of each match by all but their values, and the filters these do not pass. */
export interface Counted {
  groups: readonly Group[];
  counts: Int32Array;
  failed: Uint8Array;
}

/**
 * Counts the values of each dimension in the groups that pass all other filters.
 *
 * @param most values of each: those that most products have
 */
export function facetsOf(
  tables: readonly ValueTable[],
  { groups, counts, failed }: Counted,
  most: number,
): Record<Dimension, FacetValue[]> {
  const ofValues = DIMENSIONS.map((_, i) => new Int32Array(tables[i]!.shown.length));
  for (let g = 0; g < groups.length; g += 1) {
    const [group, count, without] = [groups[g]!, counts[g]!, failed[g]!];
    if (count === 0) continue;
    for (let i = 0; i < DIMENSIONS.length; i += 1) {
      if ((without & ~(1 << i)) !== 0) continue;
      const counted = ofValues[i]!;
      for (const number of group[i]!) counted[number]! += count;
    }
  }
  const facets = DIMENSIONS.map((dimension, i) => [
    dimension,
    merge(tables[i]!, ofValues[i]!).slice(0, most),
  ]);
  return Object.fromEntries(facets) as Record<Dimension, FacetValue[]>;
}

/** Makes one of spellings that the filters do not distinguish: the most frequent is shown. */
function merge({ shown, folded }: ValueTable, counts: Int32Array): FacetValue[] {
  const spellings = shown
    .map((value, i) => ({ value, count: counts[i]!, folded: folded[i]! }))
    .filter(({ value, count }) => count > 0 && value !== '')
    .toSorted(compare);
  const byFolded = new Map<string, FacetValue>();
  for (const { value, count, folded: key } of spellings) {
    const known = byFolded.get(key);
    if (known) known.count += count;
    else byFolded.set(key, { value, count });
  }
  return [...byFolded.values()].toSorted(compare);
}

function compare(a: FacetValue, b: FacetValue): number {
  return b.count - a.count || (a.value < b.value ? -1 : 1);
}
