/** A file as its lines, read in constant memory whatever the file holds. */

/** A longer line is skipped without being kept, in bytes. */
export const MAX_LINE_BYTES = 1024 * 1024;

const NEWLINE = 0x0a;
const QUOTE = 0x22;
/** The last byte of the mark that some programs put before the first line. */
const END_OF_MARK = 0xbf;

/** A line by its number from 1: its text or what it says, or why it cannot be read. */
export type Line =
  | { number: number; text: string }
  | { number: number; value: unknown; size: number }
  | { number: number; problem: string };

/**
 * Takes the chunks of a file and gives its lines; blank ones are left out, but counted. With
 * `delimiters` they are records of CSV: what is quoted, from behind one of them, may hold line ends, and
 * the number is that of the first line.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  delimiters = '',
): AsyncGenerator<Exclude<Line, { value: unknown }>> {
  const opening = new Set([NEWLINE, ...Buffer.from(delimiters)]);
  let number = 1;
  let parts: Uint8Array[] = [];
  let size = 0;
  let quoted = false;
  let quotedEnds = 0;
  let before = NEWLINE;

  function findEnd(chunk: Uint8Array, start: number): number {
    if (delimiters === '') return chunk.indexOf(NEWLINE, start);
    for (let i = start; i < chunk.length; i += 1) {
      const byte = chunk[i]!;
      const opens = opening.has(before) || (number === 1 && before === END_OF_MARK);
      if (byte === QUOTE && (quoted || opens)) {
        quoted = !quoted;
        // The second of two quotes opens again: together they are one that is quoted.
        before = NEWLINE;
        continue;
      }
      if (byte === NEWLINE && !quoted) {
        before = NEWLINE;
        return i;
      }
      if (byte === NEWLINE) quotedEnds += 1;
      before = byte;
    }
    return -1;
  }
  function end(): ReturnType<typeof decode> {
    const line =
      size > MAX_LINE_BYTES ? tooLong(number, quotedEnds) : decode(number, Buffer.concat(parts));
    number += 1 + quotedEnds;
    parts = [];
    size = 0;
    quotedEnds = 0;
    return line;
  }
  function add(part: Uint8Array): void {
    size += part.length;
    if (size > MAX_LINE_BYTES) parts = [];
    else parts.push(part);
  }

  for await (const chunk of chunks) {
    let start = 0;
    for (let at; (at = findEnd(chunk, start)) !== -1; start = at + 1) {
      add(chunk.subarray(start, at));
      const line = end();
      if (line) yield line;
    }
    add(chunk.subarray(start));
  }
  const last = end();
  if (last) yield last;
}

function tooLong(number: number, quotedEnds: number): { number: number; problem: string } {
  const quotes = quotedEnds > 0 ? `, or close its quotes (it goes on for ${quotedEnds} lines)` : '';
  const problem = `is longer than ${MAX_LINE_BYTES} bytes; shorten the description${quotes}`;
  return { number, problem };
}

function decode(number: number, bytes: Uint8Array): Exclude<Line, { value: unknown }> | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { number, problem: 'is not UTF-8; save the file in that encoding' };
  }
  return text.trim() === '' ? undefined : { number, text };
}
