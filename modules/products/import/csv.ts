/** A CSV file as lines of an import, by a mapping. */
import { parse } from 'csv-parse/sync';
import { readLines, type Line } from './lines.ts';
import type { Mapping } from './mapping.ts';
import { createReading, type Row } from './reading.ts';

/** What separates columns, where the mapping does not say. */
const DELIMITERS = ',;\t';

/** Parents that are remembered, in characters; those that came first are forgotten. */
const PARENT_CHARACTERS = 64 * 1024 * 1024;

export interface CsvOptions {
  mapping: Mapping;
  currency: string;
  /** Decimals of the currency that prices count in. */
  decimals: number;
  /** Gets what else there is to know of the file. */
  note: (text: string) => void;
}

/**
 * Takes the chunks of a file and gives a line of an import for each of its lines that is a product.
 *
 * @throws Error where the file has no header, or none of the columns of a required field.
 */
export async function* readCsv(
  chunks: AsyncIterable<Uint8Array>,
  { mapping, currency, decimals, note }: CsvOptions,
): AsyncGenerator<Line> {
  const lines = readLines(chunks, mapping.delimiter ?? DELIMITERS);
  const header = await lines.next();
  if (header.done) throw new Error('The file is empty');
  if ('problem' in header.value) throw new Error(`The first line ${header.value.problem}`);
  const delimiter = mapping.delimiter ?? delimiterOf(header.value.text);
  const columns = split(header.value.text, delimiter);
  if (!columns) throw new Error('The first line opens a quote that is not closed');
  const reading = createReading({ mapping, columns, currency, decimals });
  const parents = createParents();
  const lineOf = new Map<string, number>();
  let skipped = 0;
  let pictured = 0;

  /** Gives the product of a line, what is wrong with it, or undefined where it is none. */
  const read = (
    number: number,
    cells: string[],
  ): { value: object } | { problem: string } | undefined => {
    if (cells.length !== columns.length)
      return { problem: `has ${cells.length} columns, but the first line ${columns.length}` };
    const own: Row = { cells, parent: cells };
    for (const key of reading.keysOf(own)) parents.add(key, cells);
    const key = reading.parentOf(own);
    const parent = key === '' ? cells : parents.get(key);
    if (!parent) return { problem: `belongs to ${key}, which is no line before it` };
    const row = { cells, parent };
    if (reading.isSkipped(row)) {
      skipped += 1;
      return undefined;
    }
    pictured += Number(reading.isPictured(row));
    const product = reading.productOf(row);
    if ('problem' in product) return product;
    // Ids are made of what the file holds; two products must not become one by that.
    const { productId } = product.value;
    const earlier = productId === '' ? undefined : lineOf.get(productId);
    if (earlier !== undefined)
      return { problem: `/productId ${productId} is that of line ${earlier}, too` };
    lineOf.set(productId, number);
    return product;
  };

  for await (const line of lines) {
    if ('problem' in line) {
      yield line;
      continue;
    }
    const { number, text } = line;
    const cells = split(text, delimiter);
    if (!cells) yield { number, problem: 'opens a quote that is not closed' };
    else if (cells.some((cell) => cell.trim() !== '')) {
      const product = read(number, cells);
      if (product) yield { number, size: text.length, ...product };
    }
  }
  if (reading.absent.length > 0) note(`No column for ${reading.absent.join(', ')}.`);
  if (skipped > 0) note(`${skipped} lines are left out by the mapping.`);
  if (pictured > 0)
    note(
      `${pictured} lines name pictures by address; none is fetched. Save them as <productId>.jpg, and bring them along: by --images DIR, or in a zip on the operator's page.`,
    );
}

/** The columns of a line, or undefined where a quote is not closed. */
function split(text: string, delimiter: string): string[] | undefined {
  try {
    const [cells = []] = parse(text.replace(/\r$/u, ''), {
      delimiter,
      // No line end is left but quoted ones; and inches are written with a quote, too.
      record_delimiter: '\n',
      relax_quotes: true,
    });
    return cells;
  } catch {
    return undefined;
  }
}

/** The most frequent of the usual delimiters, outside of quotes. */
function delimiterOf(header: string): string {
  const unquoted = header.replace(/"[^"]*"/gu, '');
  const count = (delimiter: string): number => unquoted.split(delimiter).length;
  return Array.from(DELIMITERS).reduce((best, one) => (count(one) > count(best) ? one : best));
}

/** The lines that others belong to, by their keys. */
function createParents() {
  const parents = new Map<string, readonly string[]>();
  let characters = 0;
  return {
    get: (key: string) => parents.get(key),
    /** The first line with a key is the parent of those that follow. */
    add(key: string, cells: readonly string[]): void {
      if (parents.has(key)) return;
      parents.set(key, cells);
      characters += sizeOf(cells);
      for (const [oldest, old] of parents) {
        if (characters <= PARENT_CHARACTERS) break;
        parents.delete(oldest);
        characters -= sizeOf(old);
      }
    },
  };
}

function sizeOf(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + cell.length, 0);
}
