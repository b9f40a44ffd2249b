/** What a list request asks for, as conditions on products in memory. */
import { fold } from './words.ts';

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

/** The filters that can be chosen from what the list shows, besides the price. */
export const DIMENSIONS = ['brand', 'category', 'gender', 'color'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** The values of a product in each dimension. */
export type Traits = Readonly<Record<Dimension, readonly string[]>>;

/** The bit of a dimension. */
export function bitOf(dimension: Dimension): number {
  return 1 << DIMENSIONS.indexOf(dimension);
}

/** What says of folded traits which filters they do not pass: the bits of these, 0 for none. */
export function traitsFilter(filters: Filters): (folded: Traits) => number {
  const wanted = DIMENSIONS.map((dimension) => ({
    dimension,
    values: new Set(filters[dimension]?.map(fold).filter(Boolean)),
  })).filter(({ values }) => values.size > 0);
  return (folded) =>
    wanted
      .filter(({ dimension, values }) => !folded[dimension].some((value) => values.has(value)))
      .reduce((failed, { dimension }) => failed | bitOf(dimension), 0);
}
