/** The words of products and of searches: folded so that case, accents and plurals do not matter. */

/** Rises with every change of what this file gives, so that what is stored is made anew. */
export const FOLDING = 4;

/** A longer search is no search; the rest of its words is left out. */
const MAX_QUERY_WORDS = 16;
/** Letters of a word that tell it apart. */
const MAX_WORD_LENGTH = 40;
/** Words that shoppers write and products do not. */
const STOP_WORDS = new Set('a an and by for from in of on or the to with'.split(' '));

/** What tells nothing: trade marks, the Arabic stretch, what only chooses a glyph or a line break. */
const SIGNS = /[®©™℠]/gu;
const SILENT =
  /[\u0640[\p{Default_Ignorable_Code_Point}--[\p{Join_Control}\u{e0020}-\u{e007f}]]]/gv;
const APOSTROPHES = /[’‘‛ʼʻ´`′׳＇]/gu;
/** Only these scripts write the same word with its marks and without; elsewhere they make letters. */
const MARKED = /([\p{Script=Latin}\p{Script=Greek}\p{Script=Hebrew}\p{Script=Arabic}])\p{Mark}+/gu;
/** Letters that Unicode does not take apart, as they are written where a keyboard has none. */
const LETTERS = new Map(
  'ß:ss æ:ae œ:oe ø:o ł:l đ:d ð:d þ:th ħ:h ŧ:t ŋ:ng ı:i ə:e ς:σ'
    .split(' ')
    .map((pair) => [pair.slice(0, 1), pair.slice(2)]),
);
const LETTER = new RegExp(`[${[...LETTERS.keys()].join('')}]`, 'gu');

/** A word, with what joins its parts; or a pictograph or another sign that is no ASCII. */
const RUN =
  /[\p{L}\p{N}\p{M}]+(?:[\-'\p{Join_Control}][\p{L}\p{N}\p{M}]+)*|\p{RI}{2}|[\p{S}--\p{ASCII}][\u{e0020}-\u{e007f}]*(?:\u200d[\p{S}--\p{ASCII}])*/gv;
const HYPHEN = /[-\p{Join_Control}]/u;
/** What a search may leave out where it has other words. */
const SIGN_ALONE = /^[^\p{L}\p{N}\p{Extended_Pictographic}\p{RI}]+$/u;
/** What is often written as one with the word behind it, as in T-shirt and V-neck. */
const LETTER_ALONE = /^\p{L}$/u;
/** Scripts that write no spaces between words; there a dictionary finds them. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const dictionary = new Intl.Segmenter('en', { granularity: 'word' });

/** Text in the form in which it is compared: without case, accents and doubled spaces. */
export function fold(text: string): string {
  const folded = text
    .replace(SIGNS, ' ')
    .replace(APOSTROPHES, "'")
    .normalize('NFKD')
    // Some come of others only here: of a double prime, or of the n with an apostrophe.
    .replace(APOSTROPHES, "'")
    .replace(SILENT, '')
    .replace(MARKED, '$1')
    .toLowerCase()
    .replace(LETTER, (letter) => LETTERS.get(letter) ?? letter)
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .trim();
  // A value of signs alone is told apart by them.
  return folded || text.trim();
}

/** Text on one line, without doubled spaces. */
export function clean(value = ''): string {
  return value
    .toWellFormed()
    .replace(/[\s\u0085]+/gu, ' ')
    .trim();
}

/** Texts that show something, each cleaned, and once of those that are the same to the filters. */
export function distinct(texts: readonly string[]): string[] {
  const values = new Map<string, string>();
  for (const text of texts.map(clean)) {
    const folded = fold(text);
    if (folded !== '' && !values.has(folded)) values.set(folded, text);
  }
  return [...values.values()];
}

/**
 * The words by which a product is found; `T-Shirts` is found as `t`, `shirt` and `tshirt`, and so is
 * `T Shirts`; `Levi's` as `levi` and `levis`, `d'été` as `d`, `ete` and `dete`.
 */
export function tokenize(texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap(wordsOf).map(stem))];
}

function wordsOf(text: string): string[] {
  const compounds = compoundsOf(text);
  return compounds.flatMap(({ written, pieces }, i) => {
    // The s of a possessive is no word; it would be the size.
    const parts = pieces.map((piece) =>
      piece.filter((part, at) => at === 0 || part !== 's' || at < piece.length - 1),
    );
    const joined = pieces.map((piece) => piece.join(''));
    const next = compounds[i + 1];
    const compound = next && LETTER_ALONE.test(written) ? [written + wholeOf(next)] : [];
    return [...parts.flat().flatMap(segmentsOf), ...joined, joined.join(''), ...compound];
  });
}

/** A word of a search. */
export interface QueryWord {
  /** As it was written, but folded. */
  written: string;
  /** What matches it, each the words that a product must all have; the first is the word as one. */
  alternatives: string[][];
}

/**
 * The words of a search, every one of which has to match. A word with hyphens or apostrophes matches
 * written as one or apart, and so do two words. Quotes, minus signs and the like are only text.
 */
export function tokenizeQuery(search: string): QueryWord[] {
  const compounds = compoundsOf(search);
  const significant = compounds.filter((compound) => {
    const joined = stem(wholeOf(compound));
    return !STOP_WORDS.has(joined) && !SIGN_ALONE.test(joined);
  });
  const words = (significant.length > 0 ? significant : compounds).slice(0, MAX_QUERY_WORDS);
  return words.map((compound, i) => {
    const [before, after] = [words[i - 1], words[i + 1]];
    const parts = compound.pieces.flatMap((piece) => {
      // What is left of an apostrophe in d'été, or right of it in Levi's, is written or not.
      const written = piece.length > 1 ? piece.filter((part) => part.length > 1) : piece;
      return written.length > 0 ? written : piece;
    });
    const whole = stem(wholeOf(compound));
    const apart = parts.flatMap(segmentsOf).map(stem);
    const alternatives = [[whole]];
    if (apart.length > 1 || apart[0] !== whole) alternatives.push(apart);
    if (before) alternatives.push([stem(wholeOf(before) + wholeOf(compound))]);
    if (after) alternatives.push([stem(wholeOf(compound) + wholeOf(after))]);
    return { written: compound.written, alternatives };
  });
}

/** A word or a sign of a text, and how it is taken apart at its hyphens, and these at their apostrophes. */
interface Compound {
  written: string;
  pieces: string[][];
}

function compoundsOf(text: string): Compound[] {
  const runs = fold(text)
    .replace(/\p{Emoji_Modifier}/gu, '')
    .match(RUN);
  return (runs ?? []).map((written) => ({
    written,
    pieces: written.split(HYPHEN).map((piece) => piece.split("'")),
  }));
}

function wholeOf({ pieces }: Compound): string {
  return pieces.flat().join('');
}

/** The words that a part is written of without spaces; mostly the part itself. */
function segmentsOf(part: string): string[] {
  return UNSPACED.test(part)
    ? Array.from(dictionary.segment(part), ({ segment }) => segment)
    : [part];
}

/** Makes English plurals singular, roughly: it is enough that both sides are treated alike. */
function stem(word: string): string {
  const short = word.slice(0, MAX_WORD_LENGTH);
  if (short.length > 4 && short.endsWith('ies')) return `${short.slice(0, -3)}y`;
  if (short.length > 4 && /(?:ss|sh|ch|x)es$/u.test(short)) return short.slice(0, -2);
  if (short.length > 3 && /[^sui]s$/u.test(short)) return short.slice(0, -1);
  return short;
}
