/** What a search matches: which products have its words, and how well each of them fits. */
import { fold, tokenizeQuery, type QueryWord } from './tokenizer.ts';
import { begins, closestTo, startingWith, type Vocabulary } from './vocabulary.ts';

/**
 * The products that have a word, by their slots and in order, each with how well it fits: the slot
 * {@link postingOf} a posting, and its {@link qualityOf}.
 */
export type Postings = readonly number[];

const QUALITY_BITS = 8;
const QUALITIES = 1 << QUALITY_BITS;
/** It has every word whole, and not as the beginning of another. */
const WHOLE = 128;
const POINTS = WHOLE - 1;

/** What a word counts by where it stands; sixteen words of the best are less than {@link WHOLE}. */
export const WEIGHTS = { name: 3, kind: 2, rest: 1 } as const;

export function postingOf(slot: number, weight: number): number {
  return slot * QUALITIES + WHOLE + weight;
}

export function slotOf(posting: number): number {
  return Math.floor(posting / QUALITIES);
}

export function qualityOf(posting: number): number {
  return posting % QUALITIES;
}

/** The part of the index that a search asks. */
export interface Words {
  readonly vocabulary: Vocabulary;
  readonly postings: ReadonlyMap<string, Postings>;
  /** How many slots there are. */
  readonly size: number;
  /** Whether the slot still shows a product. */
  readonly isLive: (slot: number) => boolean;
}

/** A word that is begun may stand for many: in the list it has so many letters at least. */
const MIN_BEGUN = 3;
/** Words of one search that are corrected at most; with more it finds nothing. */
const MAX_CORRECTED = 4;

/** How a search is read: `asTyped`, its last word may lack its end, however short or misspelt it is. */
export interface Reading {
  asTyped?: boolean | undefined;
}

export interface Found {
  words: readonly QueryWord[];
  postings: Postings;
  /** The search that it was taken for, where a word of it finds nothing. */
  corrected?: string;
}

/** What has every word of a search; undefined where it has no word. */
export function match(index: Words, search: string, reading: Reading = {}): Found | undefined {
  const words = tokenizeQuery(search);
  if (words.length === 0) return undefined;
  const all = postingsOfAll(index, words, reading);
  const isUnknown = all.map((postings) => !postings.some((one) => index.isLive(slotOf(one))));
  const asWritten = { words, postings: intersect(all, add) };
  if (!isUnknown.includes(true)) return asWritten;
  const corrected = correct(index, words, isUnknown, reading);
  if (corrected === undefined) return asWritten;
  const meant = tokenizeQuery(corrected);
  const postings = intersect(postingsOfAll(index, meant, reading), add);
  const finds = postings.some((one) => index.isLive(slotOf(one)));
  return finds ? { words: meant, postings, corrected } : asWritten;
}

/** The search with other words for those that find nothing; undefined where one has none. */
function correct(
  { vocabulary, postings, isLive }: Words,
  words: readonly QueryWord[],
  isUnknown: readonly boolean[],
  { asTyped = false }: Reading,
): string | undefined {
  if (isUnknown.filter(Boolean).length > MAX_CORRECTED) return undefined;
  const countOf = (word: string): number =>
    postings.get(word)!.reduce((count, one) => count + (isLive(slotOf(one)) ? 1 : 0), 0);
  const meant = words.map(({ written, alternatives }, i) =>
    isUnknown[i]
      ? closestTo(vocabulary, alternatives[0]![0]!, {
          countOf,
          isBegun: asTyped && i === words.length - 1,
        })
      : written,
  );
  return meant.includes(undefined) ? undefined : meant.join(' ');
}

/** The postings of each word of a search; the last word may be the beginning of one. */
function postingsOfAll(index: Words, words: readonly QueryWord[], { asTyped }: Reading) {
  return words.map(({ alternatives }, i) => {
    const least = i < words.length - 1 ? Infinity : asTyped ? 1 : MIN_BEGUN;
    const lists = alternatives.map((terms) => {
      const ofTerms = terms.map((term, at) =>
        at === terms.length - 1 && term.length >= least
          ? postingsOfBegun(index, term)
          : (index.postings.get(term) ?? []),
      );
      return intersect(ofTerms, Math.min);
    });
    return union(lists, index.size);
  });
}

function postingsOfBegun({ vocabulary, postings, size }: Words, term: string): Postings {
  const longer = startingWith(vocabulary, term).map((word) =>
    postings.get(word)!.map((one) => one - WHOLE),
  );
  return union([postings.get(term) ?? [], ...longer], size);
}

/** Whether words hold those of a search, of which the last may be the beginning of one. */
export function hold(words: readonly string[], searched: readonly QueryWord[]): boolean {
  return searched.every(({ alternatives }, i) =>
    alternatives.some((terms) =>
      terms.every((term, at) =>
        i === searched.length - 1 && at === terms.length - 1
          ? words.some((word) => begins(word, term))
          : words.includes(term),
      ),
    ),
  );
}

/** What is in any of the lists, as well as it fits in one of them. */
function union(lists: readonly Postings[], size: number): Postings {
  const [first = [], ...others] = lists.filter((list) => list.length > 0);
  if (others.length === 0) return first;
  const best = new Uint8Array(size);
  for (const list of [first, ...others])
    for (const one of list) {
      const slot = slotOf(one);
      best[slot] = Math.max(best[slot]!, qualityOf(one));
    }
  const all: number[] = [];
  for (let slot = 0; slot < size; slot += 1)
    if (best[slot] !== 0) all.push(slot * QUALITIES + best[slot]!);
  return all;
}

/** What is in all lists, as well as their qualities together say. */
function intersect(
  lists: readonly Postings[],
  together: (quality: number, other: number) => number,
): Postings {
  const [shortest = [], ...others] = lists.toSorted((a, b) => a.length - b.length);
  if (others.length === 0) return shortest;
  const at = others.map(() => 0);
  const common: number[] = [];
  for (const one of shortest) {
    const slot = slotOf(one);
    let quality = qualityOf(one);
    const isCommon = others.every((list, i) => {
      at[i] = seek(list, at[i]!, slot * QUALITIES);
      const other = list[at[i]];
      if (other === undefined || slotOf(other) !== slot) return false;
      quality = together(quality, qualityOf(other));
      return true;
    });
    if (isCommon) common.push(slot * QUALITIES + quality);
  }
  return common;
}

/** Qualities of words that a product has both: their points, and whether both are whole. */
function add(quality: number, other: number): number {
  return (quality & POINTS) + (other & POINTS) + (quality & other & WHOLE);
}

/**
 * The first place from `from` on that holds as much at least: by steps that double and then halve, since
 * it may be the next one, or far off.
 */
function seek(list: Postings, from: number, least: number): number {
  let step = 1;
  while (from + step < list.length && list[from + step]! < least) step *= 2;
  let [low, high] = [from + (step >>> 1), Math.min(from + step, list.length)];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How well a name itself fits: 1 where the words stand together in it, 2 where it is nothing else. */
export function phraseIn(search: string, words: readonly QueryWord[]): (name: string) => 0 | 1 | 2 {
  const whole = fold(search);
  if (words.length < 2) return (name) => (name === whole ? 2 : 0);
  const inEitherNumber = words.map(
    ({ written, alternatives: [asOne] }) => `(?:${written}|${asOne?.[0]}(?:e?s)?)`,
  );
  const together = new RegExp(
    `(?<![\\p{L}\\p{N}])${inEitherNumber.join('[^\\p{L}\\p{N}]+')}(?![\\p{L}\\p{N}])`,
    'u',
  );
  return (name) => (name === whole ? 2 : together.test(name) ? 1 : 0);
}
