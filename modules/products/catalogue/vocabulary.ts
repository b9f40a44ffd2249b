/** The words of the index: which of them begin with letters, and which is meant by one that is misspelt. */

/** A word of fewer letters is never taken for another. */
const MIN_LETTERS = 4;
/** A word of so many letters may have two mistakes, a shorter one has one. */
const MANY_LETTERS = 8;

/** Words of scripts where one letter seldom makes another word; digits are never corrected. */
const CORRECTABLE = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]+$/u;

export interface Vocabulary {
  readonly words: string[];
  /** Which letters each word has, a bit each; 0 where it is not {@link CORRECTABLE}. */
  readonly letters: number[];
  /** The words in order; those that came since are at the end. */
  readonly sorted: string[];
  isSorted: boolean;
}

export function emptyVocabulary(): Vocabulary {
  return { words: [], letters: [], sorted: [], isSorted: true };
}

/** Takes a word that is not known yet. */
export function addWord(vocabulary: Vocabulary, word: string): void {
  vocabulary.words.push(word);
  vocabulary.letters.push(lettersOf(word));
  vocabulary.sorted.push(word);
  vocabulary.isSorted = false;
}

/** The words that begin with these letters, without the word that is no longer. */
export function startingWith(vocabulary: Vocabulary, start: string): string[] {
  const { sorted } = vocabulary;
  if (!vocabulary.isSorted) sorted.sort();
  vocabulary.isSorted = true;
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (sorted[middle]! <= start) from = middle + 1;
    else to = middle;
  }
  let end = from;
  while (sorted[end]?.startsWith(start)) end += 1;
  return sorted.slice(from, end).filter((word) => begins(word, start));
}

/** Whether a word begins with these letters; with a mark behind it, the last would be another. */
export function begins(word: string, start: string): boolean {
  return word.startsWith(start) && !/^\p{Mark}/u.test(word.slice(start.length));
}

/**
 * The word that one is most likely meant to be: of the fewest mistakes, then the one that most products
 * have. A letter too many, too few, another one, or two that are exchanged are one mistake.
 *
 * @param countOf how many products have a word; one that none has is not meant
 * @param isBegun whether the word may lack its end
 */
export function closestTo(
  { words, letters }: Vocabulary,
  word: string,
  { countOf, isBegun }: { countOf: (word: string) => number; isBegun: boolean },
): string | undefined {
  const wanted = lettersOf(word);
  if (wanted === 0 || word.length < MIN_LETTERS) return undefined;
  const most = word.length < MANY_LETTERS ? 1 : 2;
  let best: { word: string; mistakes: number; count: number } | undefined;
  for (let i = 0; i < words.length; i += 1) {
    const [other, had] = [words[i]!, letters[i]!];
    if (had === 0 || other.length < word.length - most) continue;
    if (bitsOf(wanted & ~had) > most) continue;
    if (!isBegun && (other.length > word.length + most || bitsOf(had & ~wanted) > most)) continue;
    // What is meant whole goes before what is only begun.
    const mistakes =
      mistakesIn(word, other, most) ?? (isBegun ? begun(word, other, most) : undefined);
    if (mistakes === undefined || (best && mistakes > best.mistakes)) continue;
    const count = countOf(other);
    if (count === 0) continue;
    const isBetter =
      !best ||
      mistakes < best.mistakes ||
      count > best.count ||
      (count === best.count && other < best.word);
    if (isBetter) best = { word: other, mistakes, count };
  }
  return best?.word;
}

/** The mistakes of a word that lacks its end: as few as with any of its beginnings, and half a one more. */
function begun(word: string, other: string, most: number): number | undefined {
  let fewest: number | undefined;
  for (let length = word.length - most; length <= word.length + most; length += 1) {
    const mistakes = mistakesIn(word, other.slice(0, length), most);
    if (mistakes !== undefined && !(fewest !== undefined && fewest <= mistakes)) fewest = mistakes;
  }
  return fewest === undefined ? undefined : fewest + 0.5;
}

/** The mistakes that make one word of another; undefined where there are more than `most`. */
function mistakesIn(word: string, other: string, most: number): number | undefined {
  if (Math.abs(word.length - other.length) > most) return undefined;
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, j) => j);
  for (let i = 1; i <= word.length; i += 1) {
    const row = Array.from({ length: other.length + 1 }, () => most + 1);
    if (i <= most) row[0] = i;
    let fewest = row[0]!;
    // Further apart there are more mistakes than may be.
    for (let j = Math.max(1, i - most); j <= Math.min(other.length, i + most); j += 1) {
      const isSame = word[i - 1] === other[j - 1];
      const isExchanged = word[i - 1] === other[j - 2] && word[i - 2] === other[j - 1];
      row[j] = Math.min(
        last[j - 1]! + (isSame ? 0 : 1),
        last[j]! + 1,
        row[j - 1]! + 1,
        isExchanged ? before[j - 2]! + 1 : Infinity,
      );
      fewest = Math.min(fewest, row[j]!);
    }
    if (fewest > most) return undefined;
    [before, last] = [last, row];
  }
  const mistakes = last[other.length]!;
  return mistakes > most ? undefined : mistakes;
}

function lettersOf(word: string): number {
  if (!CORRECTABLE.test(word)) return 0;
  let letters = 0;
  for (let i = 0; i < word.length; i += 1) letters |= 1 << (word.charCodeAt(i) & 31);
  return letters;
}

function bitsOf(set: number): number {
  let [bits, left] = [0, set];
  for (; left !== 0; left &= left - 1) bits += 1;
  return bits;
}
