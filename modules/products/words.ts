/** The words of products and of searches: folded so that case, accents and plurals do not matter. */

/** A longer search is no search; the rest of its words is left out. */
const MAX_QUERY_WORDS = 16;
/** Letters of a word that tell it apart. */
const MAX_WORD_LENGTH = 40;
/** Words that shoppers write and products do not. */
const STOP_WORDS = new Set('a an and by for from in of on or the to with'.split(' '));

/** Text in the form in which it is compared: without case, accents and doubled spaces. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/gu, ' ').trim();
}

/** The words by which a product is found; `T-Shirts` is found as `t`, `shirt` and `tshirt`. */
export function wordsOf(texts: readonly string[]): string[] {
  const compounds = texts.flatMap(compoundsOf);
  return [...new Set(compounds.flatMap((parts) => [...parts, parts.join('')]).map(stem))];
}

/**
 * The words of a search, each as the alternatives that match it: every word has to match, and a word
 * with hyphens matches written as one or apart. Quotes, minus signs and the like are only text.
 */
export function wordsOfQuery(search: string): { joined: string; parts: string[] }[] {
  const words = compoundsOf(search).map((parts) => ({
    joined: stem(parts.join('')),
    parts: parts.map(stem),
  }));
  const telling = words.filter(({ joined }) => !STOP_WORDS.has(joined));
  return (telling.length > 0 ? telling : words).slice(0, MAX_QUERY_WORDS);
}

/** Each run of letters and digits, taken apart at its hyphens. */
function compoundsOf(text: string): string[][] {
  const runs = fold(text)
    .replace(/['’]/gu, '')
    .match(/[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*/gu);
  return (runs ?? []).map((run) => run.split('-'));
}

/** Makes English plurals singular, roughly: it is enough that both sides are treated alike. */
function stem(word: string): string {
  const short = word.slice(0, MAX_WORD_LENGTH);
  if (short.length > 4 && short.endsWith('ies')) return `${short.slice(0, -3)}y`;
  if (short.length > 4 && /(?:ss|sh|ch|x)es$/u.test(short)) return short.slice(0, -2);
  if (short.length > 3 && /[^sui]s$/u.test(short)) return short.slice(0, -1);
  return short;
}
