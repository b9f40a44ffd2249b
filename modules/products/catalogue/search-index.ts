/**
 * The catalogue in memory: what the list is found, counted and sorted by, about 350 bytes a product.
 *
 * A product has a slot in each column. One that changes leaves its slot and takes a new one; so slots
 * are only ever added, and those of each word are in order.
 */
import type { Timestamp } from 'mongodb';
import { SORTS, type Position, type Sort } from './cursor.ts';
import {
  COLUMNS,
  emptyTable,
  facetFilter,
  facetsOf,
  numberOf,
  type Column,
  type Facets,
  type Filters,
  type Group,
  type ValueTable,
} from './filter.ts';
import {
  match,
  phraseIn,
  postingOf,
  qualityOf,
  slotOf,
  WEIGHTS,
  type Found,
  type Reading,
  type Words,
} from './matching.ts';
import { createPage } from './page.ts';
import type { CatalogueDocument } from './store.ts';
import { addWord, emptyVocabulary, type Vocabulary } from './vocabulary.ts';

/** The fields of a product that {@link put} reads, for a projection. */
export const INDEXED = {
  brand: 1,
  category: 1,
  subCategory: 1,
  gender: 1,
  ageGroup: 1,
  colors: 1,
  sizes: 1,
  usage: 1,
  price: 1,
  createdAt: 1,
  words: 1,
  folded: 1,
  retired: 1,
  archived: 1,
  changed: 1,
} as const;

export type IndexedProduct = Pick<CatalogueDocument, '_id' | keyof typeof INDEXED>;

/** Which products an index holds. */
export type Shows = (product: Pick<IndexedProduct, 'retired' | 'archived'>) => boolean;

/** What the shop shows, and what the operator sees besides. */
export const SHOWS = {
  no: ({ retired, archived }) => !retired && !archived,
  only: ({ retired, archived }) => !retired && archived === true,
  also: ({ retired }) => !retired,
} as const satisfies Record<string, Shows>;

export interface CatalogueIndex {
  readonly shows: Shows;
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
  /** The values in each of {@link COLUMNS}. */
  readonly values: readonly ValueTable[];
  readonly vocabulary: Vocabulary;
  /** The products that have a word, those that were left among them. */
  readonly postings: Map<string, number[]>;
}

const LEFT = -1;

/** Makes an index without products. */
export function emptyIndex(shows: Shows = SHOWS.no): CatalogueIndex {
  return {
    shows,
    slots: new Map(),
    ids: [],
    changes: [],
    createdAt: [],
    price: [],
    name: [],
    group: [],
    groups: [],
    groupNumbers: new Map(),
    values: COLUMNS.map(emptyTable),
    vocabulary: emptyVocabulary(),
    postings: new Map(),
  };
}

/** Takes a product as it is now; nothing happens where it is known so already. */
export function put(index: CatalogueIndex, product: IndexedProduct): void {
  const { _id: id, words, folded } = product;
  const change = changeOf(product.changed);
  const former = index.slots.get(id);
  if (former !== undefined) {
    if (index.changes[former] === change) return;
    index.group[former] = LEFT;
    index.slots.delete(id);
  }
  if (!index.shows(product)) return;
  const slot = index.ids.push(id) - 1;
  index.slots.set(id, slot);
  index.changes.push(change);
  index.createdAt.push(product.createdAt.getTime());
  index.price.push(product.price);
  index.name.push(folded.name);
  index.group.push(groupNumber(index, product));
  const { ofName = 0, ofKind = 0 } = folded;
  for (const [i, word] of words.entries()) {
    const weight = i < ofName ? WEIGHTS.name : i < ofName + ofKind ? WEIGHTS.kind : WEIGHTS.rest;
    const known = index.postings.get(word);
    if (known) known.push(postingOf(slot, weight));
    else {
      index.postings.set(word, [postingOf(slot, weight)]);
      addWord(index.vocabulary, word);
    }
  }
}

/** No two changes have the same; a product that an earlier Millrace has stored has none. */
function changeOf(changed: Timestamp | undefined): number {
  return changed ? changed.t * 1e6 + changed.i : 0;
}

function groupNumber(index: CatalogueIndex, product: IndexedProduct): number {
  const { brand, category, subCategory, gender, ageGroup, colors, sizes = [], usage } = product;
  const shown: Record<Column, readonly string[]> = {
    brand: [brand],
    category: [category],
    subCategory: [subCategory],
    gender: [gender],
    ageGroup: [ageGroup],
    color: colors,
    size: sizes,
    usage: [usage],
  };
  const group = COLUMNS.map((column, i) =>
    shown[column].map((value) => numberOf(index.values[i]!, value)),
  );
  const key = JSON.stringify(group);
  const number = index.groupNumbers.get(key) ?? index.groups.push(group) - 1;
  index.groupNumbers.set(key, number);
  return number;
}

/** A page of the list. */
export interface Range extends Reading {
  sort: Sort;
  /** The last product of the page before. */
  after: Position | undefined;
  limit: number;
  /** Values of one facet at most: those that most products have. */
  facetValues?: number;
}

const MAX_FACET_VALUES = 100;

export interface Matches {
  /** The first products of the range, in their order. */
  positions: Position[];
  /** How many match, on all pages. */
  total: number;
  facets: Facets;
  /** What the search was taken for, and its words; undefined where it has none. */
  found: Found | undefined;
}

/** Finds the products that pass all filters, and counts them with what each filter leaves. */
export function find(index: CatalogueIndex, filters: Filters, range: Range): Matches {
  const { minPrice = 0, maxPrice = Infinity, search = '' } = filters;
  const { groups, values } = index;
  const counts = new Int32Array(groups.length);
  const failed = Uint8Array.from(groups, facetFilter(values, filters));
  const found = match(wordsOf(index), search, range);
  const page = createPage({ ...range, direction: SORTS[range.sort].direction });
  const valueOf = sortValues(index, range.sort, { search, found });
  let [min, max, total] = [Infinity, -Infinity, 0];
  // From the newest slot, since the usual order begins there.
  for (let i = (found?.postings ?? index.ids).length - 1; i >= 0; i -= 1) {
    const posting = found?.postings[i];
    const slot = posting === undefined ? i : slotOf(posting);
    const group = index.group[slot]!;
    if (group === LEFT) continue;
    const price = index.price[slot]!;
    const isPriced = price >= minPrice && price <= maxPrice;
    if (isPriced) counts[group]! += 1;
    if (failed[group] !== 0) continue;
    if (price < min) min = price;
    if (price > max) max = price;
    if (!isPriced) continue;
    total += 1;
    page.offer(valueOf(slot, posting), index.ids[slot]!);
  }
  const { facetValues = MAX_FACET_VALUES } = range;
  return {
    positions: page.positions(),
    total,
    facets: {
      ...facetsOf(values, { groups, counts, failed }, facetValues),
      price: min <= max ? { min, max } : { min: null, max: null },
    },
    found,
  };
}

function wordsOf({ vocabulary, postings, ids, group }: CatalogueIndex): Words {
  return { vocabulary, postings, size: ids.length, isLive: (slot) => group[slot] !== LEFT };
}

/** More than any time of creation, in ms, before the year 2248; and few enough for what it counts. */
const TIMES = 2 ** 43;

/** What gives the value that a product is sorted by; equally relevant ones go by their age. */
function sortValues(
  index: CatalogueIndex,
  sort: Sort,
  { search, found }: { search: string; found: Found | undefined },
): (slot: number, posting: number | undefined) => string | number {
  const { field } = SORTS[sort];
  if (field !== 'relevance') return (slot) => index[field][slot]!;
  const phrase = phraseIn(found?.corrected ?? search, found?.words ?? []);
  return (slot, posting) => {
    const fits = posting === undefined ? 0 : phrase(index.name[slot]!) * 256 + qualityOf(posting);
    return fits * TIMES + index.createdAt[slot]!;
  };
}
