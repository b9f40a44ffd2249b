/**
 * The catalogue in memory: what the list is found, counted and sorted by, about 350 bytes a product.
 *
 * A product has a slot in each column. One that changes leaves its slot and takes a new one; so slots
 * are only ever added, and those of each word are in order.
 */
import type { Timestamp } from 'mongodb';
import { SORTS, type Position, type Sort } from './cursor.ts';
import {
  facetOf,
  facetFilter,
  type Counted,
  type Facets,
  type Filters,
  type Group,
  type DimensionValues,
} from './filter.ts';
import type { ProductDetails } from './product.ts';
import { tokenizeQuery } from './tokenizer.ts';
import type { CatalogueDocument } from './store.ts';

/** The fields of a product that {@link put} reads, for a projection. */
export const INDEXED = {
  brand: 1,
  category: 1,
  gender: 1,
  colors: 1,
  price: 1,
  createdAt: 1,
  words: 1,
  folded: 1,
  retired: 1,
  changed: 1,
} as const;

export type IndexedProduct = Pick<CatalogueDocument, '_id' | keyof typeof INDEXED>;

export interface CatalogueIndex {
  /** The slot of each product. */
  readonly slots: Map<string, number>;
  readonly ids: string[];
  /** The last change of the product that the slot shows. */
  readonly changes: number[];
  readonly createdAt: number[];
  readonly price: number[];
  readonly name: string[];
  /** The number of the product's group; {@link LEFT} where the product is not here any more. */
  readonly group: number[];
  readonly groups: Group[];
  readonly groupNumbers: Map<string, number>;
  /** The slots of the products that have a word, those that were left among them. */
  readonly slotsOf: Map<string, number[]>;
}

const LEFT = -1;

/** Makes an index without products. */
export function emptyIndex(): CatalogueIndex {
  return {
    slots: new Map(),
    ids: [],
    changes: [],
    createdAt: [],
    price: [],
    name: [],
    group: [],
    groups: [],
    groupNumbers: new Map(),
    slotsOf: new Map(),
  };
}

/** Takes a product as it is now; nothing happens where it is known so already. */
export function put(index: CatalogueIndex, product: IndexedProduct): void {
  const { _id: id, words, folded } = product;
  const change = numberOf(product.changed);
  const former = index.slots.get(id);
  if (former !== undefined) {
    if (index.changes[former] === change) return;
    index.group[former] = LEFT;
    index.slots.delete(id);
  }
  if (product.retired) return;
  const slot = index.ids.push(id) - 1;
  index.slots.set(id, slot);
  index.changes.push(change);
  index.createdAt.push(product.createdAt.getTime());
  index.price.push(product.price);
  index.name.push(folded.name);
  index.group.push(groupNumber(index, product));
  for (const word of words) {
    const known = index.slotsOf.get(word);
    if (known) known.push(slot);
    else index.slotsOf.set(word, [slot]);
  }
}

/** No two changes have the same; a product that an earlier Millrace has stored has none. */
function numberOf(changed: Timestamp | undefined): number {
  return changed ? changed.t * 1e6 + changed.i : 0;
}

function groupNumber(index: CatalogueIndex, product: IndexedProduct): number {
  const group = { shown: dimensionValuesOf(product), folded: dimensionValuesOf(product.folded) };
  const key = JSON.stringify(group);
  const number = index.groupNumbers.get(key) ?? index.groups.push(group) - 1;
  index.groupNumbers.set(key, number);
  return number;
}

function dimensionValuesOf(
  details: Pick<ProductDetails, 'brand' | 'category' | 'gender' | 'colors'>,
): DimensionValues {
  const { brand, category, gender, colors } = details;
  return { brand: [brand], category: [category], gender: [gender], color: colors };
}

/** A page of the list. */
export interface Range {
  sort: Sort;
  /** The last product of the page before. */
  after: Position | undefined;
  limit: number;
}

export interface Matches {
  /** The first products of the range, in their order. */
  positions: Position[];
  /** How many match, on all pages. */
  total: number;
  facets: Facets;
}

/** Finds the products that pass all filters, and counts them with what each filter leaves. */
export function find(index: CatalogueIndex, filters: Filters, range: Range): Matches {
  const { minPrice = 0, maxPrice = Infinity, search = '' } = filters;
  const failedBy = facetFilter(filters);
  const counted = index.groups.map((group): Counted => ({
    ...group,
    count: 0,
    failed: failedBy(group.folded),
  }));
  const page = createPage(index, range);
  let [min, max] = [Infinity, -Infinity];
  const found = withWords(index, search);
  // From the newest slot, since the usual order begins there.
  for (let i = (found ?? index.ids).length - 1; i >= 0; i -= 1) {
    const slot = found ? found[i]! : i;
    const group = counted[index.group[slot]!];
    if (!group) continue;
    const price = index.price[slot]!;
    const isPriced = price >= minPrice && price <= maxPrice;
    if (isPriced) group.count += 1;
    if (group.failed !== 0) continue;
    if (isPriced) page.offer(slot);
    if (price < min) min = price;
    if (price > max) max = price;
  }
  return {
    positions: page.positions(),
    total: counted.reduce((sum, { count, failed }) => (failed === 0 ? sum + count : sum), 0),
    facets: {
      brand: facetOf('brand', counted),
      category: facetOf('category', counted),
      gender: facetOf('gender', counted),
      color: facetOf('color', counted),
      price: min <= max ? { min, max } : { min: null, max: null },
    },
  };
}

/** The slots of what has every word of a search, in order; undefined where it has no word. */
function withWords(index: CatalogueIndex, search: string): readonly number[] | undefined {
  const having = (word: string): readonly number[] => index.slotsOf.get(word) ?? [];
  const words = tokenizeQuery(search).map(({ joined, parts }) => {
    const apart = intersect(parts.map(having));
    if (parts.length === 1 && parts[0] === joined) return apart;
    return [...new Set([...having(joined), ...apart])].toSorted((a, b) => a - b);
  });
  return words.length > 0 ? intersect(words) : undefined;
}

/** What is in all lists, which are in order. */
function intersect(lists: readonly (readonly number[])[]): readonly number[] {
  const [shortest = [], ...others] = lists.toSorted((a, b) => a.length - b.length);
  if (others.length === 0) return shortest;
  return shortest.filter((slot) => others.every((list) => includes(list, slot)));
}

/** Whether a list in order has the number: by halving, since a word may be in half of all products. */
function includes(list: readonly number[], wanted: number): boolean {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (list[middle]! < wanted) from = middle + 1;
    else to = middle;
  }
  return list[from] === wanted;
}

/** Keeps those of the offered slots that are on the page. */
function createPage(index: CatalogueIndex, { sort, after, limit }: Range) {
  const { field, direction } = SORTS[sort];
  const values: readonly (string | number)[] = index[field];
  const kept: number[] = [];
  const precedes = (value: string | number, id: string, slot: number): boolean => {
    const other = values[slot]!;
    if (value === other) return direction === 1 ? id < index.ids[slot]! : id > index.ids[slot]!;
    return direction === 1 ? value < other : value > other;
  };
  return {
    offer(slot: number): void {
      const [value, id] = [values[slot]!, index.ids[slot]!];
      if (after && !precedes(after.value, after.id, slot)) return;
      if (kept.length === limit && !precedes(value, id, kept[limit - 1]!)) return;
      let place = kept.length;
      while (place > 0 && precedes(value, id, kept[place - 1]!)) place -= 1;
      kept.splice(place, 0, slot);
      if (kept.length > limit) kept.pop();
    },
    positions: (): Position[] =>
      kept.map((slot) => ({ value: values[slot]!, id: index.ids[slot]! })),
  };
}
