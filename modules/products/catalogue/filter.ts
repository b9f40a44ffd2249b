/**
 * What a list request asks for, as conditions on products in memory; and facets: what the list could be
 * narrowed to, each counted as if it were not narrowed yet.
 */
import type { Sort } from './cursor.ts';
import { fold } from './tokenizer.ts';

/** The filters of a list request; several values of one filter mean either. */
export interface Filters {
  search?: string;
  brand?: string[];
  category?: string[];
  gender?: string[];
  color?: string[];
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

/** The filters that can be chosen from what the list shows, besides the price. */
export const DIMENSIONS = ['brand', 'category', 'gender', 'color'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** The values of a product in each dimension. */
export type DimensionValues = Readonly<Record<Dimension, readonly string[]>>;

/** The bit of a dimension. */
function bitOf(dimension: Dimension): number {
  return 1 << DIMENSIONS.indexOf(dimension);
}

/** What says of folded values which filters they do not pass: the bits of these, 0 for none. */
export function facetFilter(filters: Filters): (folded: DimensionValues) => number {
  const wanted = DIMENSIONS.map((dimension) => ({
    dimension,
    values: new Set(filters[dimension]?.map(fold).filter(Boolean)),
  })).filter(({ values }) => values.size > 0);
  return (folded) =>
    wanted
      .filter(({ dimension, values }) => !folded[dimension].some((value) => values.has(value)))
      .reduce((failed, { dimension }) => failed | bitOf(dimension), 0);
}

/** Values of one facet at most: those that most products have. */
const MAX_FACET_VALUES = 100;

export interface FacetValue {
  value: string;
  count: number;
}

export interface Facets extends Record<Dimension, FacetValue[]> {
  /** Null where nothing matches. */
  price: { min: number | null; max: number | null };
}

/** Products with the same values in each dimension. */
export interface Group {
  /** As they are shown. */
  shown: DimensionValues;
  /** The same values, each as it is compared. */
  folded: DimensionValues;
}

/** How many products of a group match by all but their values, and the filters that these do not pass. */
export interface Counted extends Group {
  count: number;
  failed: number;
}

/** Counts the values of one dimension in the groups that pass all other filters. */
export function facetOf(dimension: Dimension, groups: readonly Counted[]): FacetValue[] {
  const spellings = new Map<string, FacetValue & { folded: string }>();
  for (const { shown, folded, count, failed } of groups) {
    if (count === 0 || (failed & ~bitOf(dimension)) !== 0) continue;
    for (const [i, value] of shown[dimension].entries()) {
      const known = spellings.get(value);
      if (known) known.count += count;
      else if (value !== '') spellings.set(value, { value, count, folded: folded[dimension][i]! });
    }
  }
  return merge([...spellings.values()].toSorted(compare));
}

/** Makes one of spellings that the filters do not distinguish: the most frequent is shown. */
function merge(spellings: readonly (FacetValue & { folded: string })[]): FacetValue[] {
  const byFolded = new Map<string, FacetValue>();
  for (const { value, count, folded } of spellings) {
    const known = byFolded.get(folded);
    if (known) known.count += count;
    else byFolded.set(folded, { value, count });
  }
  return [...byFolded.values()].toSorted(compare).slice(0, MAX_FACET_VALUES);
}

function compare(a: FacetValue, b: FacetValue): number {
  return b.count - a.count || (a.value < b.value ? -1 : 1);
}
