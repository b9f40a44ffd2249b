/** The cause of a failure: its error without what differs from entry to entry, so that equal ones are counted as one. */

/** Characters of a cause. */
const LENGTH = 300;

/** A text in quotation marks, also one that was cut off; an apostrophe within a word is none. */
const QUOTED = /"(?:[^"\\]|\\.)*(?:"|$)|`[^`]*(?:`|$)|(?<!\w)'[^']*'(?!\w)/g;
/** An address of a person or of a server: no error means another one by it. */
const ADDRESS = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g;
/** What looks like a name or a number: letters and digits with hyphens, underscores, dots within. */
const WORD = /-?\w+(?:[-.]\w+)*/g;
const NUMBER = /^-?\d+(?:[.-]\d+)*$/;
/** What programs are told apart by, and not entries: `v1`, `E11000`, `HTTP2`. */
const CODE = /^(?:v\d+|[A-Z]{1,5}\d+)$/;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const HEX = /^(?=.*\d)[\da-f]{8,}$/i;
/** A part of a word, between hyphens, underscores and dots, that has a digit. */
const PART = /(?=[A-Za-z]*\d)[A-Za-z\d]+/g;

/**
 * The error without ids, numbers and quoted values: `order 17 of "bob" failed` is `order # of "…" failed`.
 * It is the same for the same error always, since it names a group of dead letters in calls.
 */
export function causeOf(error: string): string {
  return error
    .replace(QUOTED, (text) => `${text[0]}…${text[0]}`)
    .replace(ADDRESS, '…')
    .replace(WORD, withoutIds)
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, LENGTH);
}

function withoutIds(word: string): string {
  if (NUMBER.test(word)) return '#';
  if (UUID.test(word) || HEX.test(word)) return '…';
  if (CODE.test(word) || !/\d/.test(word)) return word;
  return word.replaceAll(PART, (part) => {
    if (CODE.test(part)) return part;
    // `order17` and `17` are counted; `K7QM` and `01HZX3K9` are names.
    return /^[A-Za-z]*\d+$/.test(part) ? part.replace(/\d+$/, '#') : '…';
  });
}
