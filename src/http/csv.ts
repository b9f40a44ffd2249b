/** CSV: how lists and series leave the REST API for spreadsheets, wherever a call takes `format=csv`. */
import { Readable } from 'node:stream';
import { stringify, type Options } from 'csv-stringify/sync';
import type { FastifyReply } from 'fastify';
import { Type, type TSchema } from 'typebox';

/** Rows of one file at most, and what that is made of: with its header, what Excel opens. */
export const MAX_CSV_ROWS = 1_000_000;
/** Rows that are written at a time, so that memory is bounded however long a file is. */
const BATCH = 500;

/**
 * As RFC 4180 has it. A text that a spreadsheet would compute gets a `'` in front (`=HYPERLINK(…)` as
 * the name of a customer); numbers stay numbers.
 */
const WRITTEN: Options = {
  record_delimiter: 'windows',
  escape_formulas: true,
  cast: {
    boolean: String,
    date: (date) => date.toISOString(),
  },
};
/** Without it, Excel takes UTF-8 for the code page of its user. */
const BOM = '\uFEFF';

/** A value of a column; null and undefined leave the cell empty. Dates are written by ISO 8601, in UTC. */
export type CsvCell = string | number | boolean | Date | null | undefined;

/** The columns in their order: the header of each, and what a row has there. */
export type CsvColumns<Row> = Readonly<Record<string, (row: Row) => CsvCell>>;

/** The query parameter of a call that gives CSV too: spread into the properties of its querystring. */
export const csvQuery = {
  format: Type.Optional(
    Type.Enum(['json', 'csv'], {
      description: 'csv: a file for spreadsheets, which is downloaded; default: json',
    }),
  ),
};

/** The answer of a call that gives JSON by this schema, and CSV where `format=csv` asks for it. */
export function jsonOrCsv<Schema extends TSchema>(schema: Schema, description: string) {
  return {
    description,
    content: {
      'application/json': { schema },
      'text/csv': {
        schema: Type.Unsafe<Readable>(
          Type.String({
            description: `By RFC 4180 in UTF-8, with a header; at most ${MAX_CSV_ROWS} rows, and a last line says when there are more`,
          }),
        ),
      },
    },
  };
}

export interface CsvFile<Row> {
  /** Its name without `.csv`; of letters, digits, `.`, `-` and `_`. */
  name: string;
  columns: CsvColumns<Row>;
  /** Read as fast as the client takes them, and no further. */
  rows: AsyncIterable<Row> | Iterable<Row>;
  /** The most rows, {@link MAX_CSV_ROWS} by default. */
  maxRows?: number;
}

/**
 * Sends rows as a CSV file that browsers download, a batch at a time. Where the first rows cannot be
 * read the call fails as any other; where later ones cannot, the answer breaks off, so that nobody takes
 * it for the whole.
 */
export async function sendCsv<Row>(
  reply: FastifyReply,
  { name, ...file }: CsvFile<Row>,
): Promise<FastifyReply> {
  const chunks = csvChunks(file);
  const first = await chunks.next();
  async function* all(): AsyncGenerator<string> {
    if (!first.done) yield first.value;
    yield* chunks;
  }
  return reply
    .headers({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${name.replaceAll(/[^\w.-]+/g, '-')}.csv"`,
      'cache-control': 'no-store',
    })
    .send(Readable.from(all(), { objectMode: false }));
}

/** The text of a CSV file in chunks: its header with the first rows, then the others. */
export async function* csvChunks<Row>({
  columns,
  rows,
  maxRows = MAX_CSV_ROWS,
}: Omit<CsvFile<Row>, 'name'>): AsyncGenerator<string> {
  const headers = Object.keys(columns);
  const cells = Object.values(columns);
  let head = BOM;
  let batch: CsvCell[][] = [headers];
  let written = 0;
  const write = (): string => {
    const text = head + stringify(batch, WRITTEN);
    head = '';
    batch = [];
    return text;
  };
  for await (const row of rows) {
    if (written === maxRows) {
      // A file that is cut without a word would be taken for the whole.
      const rest = headers.slice(1).map(() => '');
      batch.push([`There are more than ${maxRows} rows: ask for fewer.`, ...rest]);
      break;
    }
    batch.push(cells.map((valueOf) => valueOf(row)));
    written += 1;
    if (batch.length >= BATCH) yield write();
  }
  if (batch.length > 0) yield write();
}
