/** The words of products and of searches: folded so that case, accents and plurals do not matter. */

/** Rises with every change of what this file gives, so that what is stored is made anew. */
export const FOLDING = 3;

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

/**
 * The words by which a product is found; `T-Shirts` is found as `t`, `shirt` and `tshirt`, `Levi's` as
 * `levi` and `levis`, `d'été` as `d`, `ete` and `dete`.
 */
export function tokenize(texts: readonly string[]): string[] {
  const words = texts.flatMap(compoundsOf).flatMap((pieces) => {
    // The s of a possessive is no word; it would be the size.
    const parts = pieces.map((piece) =>
      piece.filter((part, i) => i === 0 || part !== 's' || i < piece.length - 1),
    );
    const joined = pieces.map((piece) => piece.join(''));
    return [...parts.flat().flatMap(segmentsOf), ...joined, joined.join('')];
  });
  return [...new Set(words.map(stem))];
}

/**
 * The words of a search, each as the alternatives that match it: every word has to match, and a word
 * with hyphens or apostrophes matches written as one or apart. Quotes, minus signs and the like are
 * only text.
 */
export function tokenizeQuery(search: string): { joined: string; parts: string[] }[] {
  const words = compoundsOf(search).map((pieces) => {
    const parts = pieces.flatMap((piece) => {
      // What is left of an apostrophe in d'été, or right of it in Levi's, is written or not.
      const significant = piece.length > 1 ? piece.filter((part) => part.length > 1) : piece;
      return significant.length > 0 ? significant : piece;
    });
    return { joined: stem(pieces.flat().join('')), parts: parts.flatMap(segmentsOf).map(stem) };
  });
  const significant = words.filter(
    ({ joined }) => !STOP_WORDS.has(joined) && !SIGN_ALONE.test(joined),
  );
  return (significant.length > 0 ? significant : words).slice(0, MAX_QUERY_WORDS);
}

/** Each word and sign of a text, taken apart at its hyphens, and these at their apostrophes. */
function compoundsOf(text: string): string[][][] {
  const runs = fold(text)
    .replace(/\p{Emoji_Modifier}/gu, '')
    .match(RUN);
  return (runs ?? []).map((run) => run.split(HYPHEN).map((piece) => piece.split("'")));
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
