/** What a list request asks for, as conditions of MongoDB; facets leave their own condition out. */
import type { Filter } from 'mongodb';
import { LISTED, type CatalogueDocument } from './catalogue-store.ts';
import { fold, wordsOfQuery } from './words.ts';

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

/** The filters that can be chosen from what the list shows. */
export const DIMENSIONS = ['brand', 'category', 'gender', 'color', 'price'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

type Condition = Filter<CatalogueDocument>;

/** The condition of one dimension, or undefined where the request does not narrow it. */
export function conditionOf(filters: Filters, dimension: Dimension): Condition | undefined {
  const { brand, category, gender, color, minPrice, maxPrice } = filters;
  switch (dimension) {
    case 'brand':
      return oneOf('folded.brand', brand);
    case 'category':
      return oneOf('folded.category', category);
    case 'gender':
      return oneOf('folded.gender', gender);
    case 'color':
      return oneOf('folded.colors', color);
    case 'price':
      return between('price', minPrice, maxPrice);
    default:
      return dimension satisfies never;
  }
}

/** All conditions of a request, or all but those of one dimension. */
export function matchOf(filters: Filters, except?: Dimension): Condition {
  const conditions = DIMENSIONS.filter((dimension) => dimension !== except)
    .map((dimension) => conditionOf(filters, dimension))
    .filter((condition) => condition !== undefined);
  return { $and: [...searched(filters.search), ...conditions, LISTED] };
}

function searched(search = ''): Condition[] {
  return wordsOfQuery(search).map(({ joined, parts }) =>
    parts.join('') === joined && parts.length === 1
      ? { words: joined }
      : { $or: [{ words: joined }, { words: { $all: parts } }] },
  );
}

function oneOf(field: string, values: string[] | undefined): Condition | undefined {
  const folded = values?.map(fold).filter(Boolean) ?? [];
  if (folded.length === 0) return undefined;
  return { [field]: folded.length === 1 ? folded[0] : { $in: folded } };
}

function between(field: string, minimum?: number, maximum?: number): Condition | undefined {
  if (minimum === undefined && maximum === undefined) return undefined;
  return {
    [field]: {
      ...(minimum !== undefined && { $gte: minimum }),
      ...(maximum !== undefined && { $lte: maximum }),
    },
  };
}
