/** A file as its lines, read in constant memory whatever the file holds. */

/** A longer line is skipped without being kept, in bytes. */
export const MAX_LINE_BYTES = 1024 * 1024;

const NEWLINE = 0x0a;

/** A line by its number from 1: its text, or why it cannot be read. */
export type Line = { number: number; text: string } | { number: number; problem: string };

/** Takes the chunks of a file and gives its lines; blank ones are left out, but counted. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let number = 1;
  let parts: Uint8Array[] = [];
  let size = 0;

  function end(): Line | undefined {
    const line = size > MAX_LINE_BYTES ? tooLong(number) : decode(number, Buffer.concat(parts));
    number += 1;
    parts = [];
    size = 0;
    return line;
  }
  function add(part: Uint8Array): void {
    size += part.length;
    if (size > MAX_LINE_BYTES) parts = [];
    else parts.push(part);
  }

  for await (const chunk of chunks) {
    let start = 0;
    for (let at; (at = chunk.indexOf(NEWLINE, start)) !== -1; start = at + 1) {
      add(chunk.subarray(start, at));
      const line = end();
      if (line) yield line;
    }
    add(chunk.subarray(start));
  }
  const last = end();
  if (last) yield last;
}

function tooLong(number: number): Line {
  return { number, problem: `is longer than ${MAX_LINE_BYTES} bytes; shorten the description` };
}

function decode(number: number, bytes: Uint8Array): Line | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { number, problem: 'is not UTF-8; save the file in that encoding' };
  }
  return text.trim() === '' ? undefined : { number, text };
}
