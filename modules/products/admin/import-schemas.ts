/** What the calls of imports take and give. */
import { Type, type Static } from 'typebox';
import { csvQuery, jsonOrCsv, Nullable } from '#host';
import type { BadLineDocument, ImportDocument } from '../import/imports.ts';
import { KEPT_BAD_LINES } from '../import/run.ts';
import { MAX_PICTURES_BYTES, MAX_PRODUCTS_BYTES } from '../import/upload.ts';

/** Bad lines that come with the import itself. */
export const FIRST_BAD_LINES = 100;

const MiB = 1024 * 1024;

const BadLine = Type.Object({
  line: Type.Integer({ description: 'Its number in the file, from 1' }),
  field: Nullable(Type.String(), {
    description: 'The path of what does not fit; null: the line as a whole, or its picture',
  }),
  reason: Type.String(),
});

const count = (description: string) => Type.Integer({ description });

const ProductImport = Type.Object({
  importId: Type.String(),
  state: Type.Enum(['running', 'done', 'cancelled', 'failed'], {
    description: 'failed: its process is gone, or `reason` says why; what was written before stays',
  }),
  dryRun: Type.Boolean({ description: 'Whether nothing is written' }),
  by: Nullable(Type.String(), { description: 'The operator who began it' }),
  file: Type.String({ description: 'The name of the file' }),
  mapping: Nullable(Type.String(), {
    description: 'How its columns are read; null: it holds JSON',
  }),
  withPictures: Type.Boolean(),
  startedAt: Type.String({ format: 'date-time' }),
  endedAt: Nullable(Type.String({ format: 'date-time' })),
  reason: Type.Optional(Type.String({ description: 'Why it has failed' })),
  progress: Type.Object({
    bytesRead: count('Of the file of products'),
    bytesTotal: count('Its size'),
    lines: count('Lines that were handled: imported, or bad'),
  }),
  result: Type.Object({
    new: count('Products that are new; of a dry run, that would be'),
    changed: count('Products that are changed'),
    unchanged: count('Lines that say nothing new'),
    bad: count('Lines that were not imported'),
    pictures: count('Pictures that are new or changed'),
    badPictures: count('Pictures that were not taken; their products were'),
  }),
  notes: Type.Array(Type.String(), { description: 'What else there is to know of the files' }),
  badLines: Type.Array(BadLine, {
    description: `The first ${FIRST_BAD_LINES}, as they come; \`GET …/bad-lines\` gives them all`,
  }),
});
export type ProductImport = Static<typeof ProductImport>;

const params = Type.Object({ importId: Type.String({ minLength: 1, maxLength: 64 }) });
const shown = { 200: ProductImport };

export const beginImportSchema = {
  summary: 'Imports a file of products, and pictures with it',
  description: [
    `The parts of the form: the file \`products\` (at most ${MAX_PRODUCTS_BYTES / MiB} MiB), one product a line as JSON, or CSV;`,
    'the field `mapping`, for CSV: `shopify`, `woocommerce`, `medusa`, or JSON of your own;',
    `the file \`pictures\` (at most ${MAX_PICTURES_BYTES / MiB} MiB), a zip of \`<productId>.jpg\`, \`.png\`, \`.webp\`, \`.avif\` or \`.gif\`.`,
    'It runs beside the shop, and `Location` says how far it is. One runs at a time: else the answer is 409 `import-running`.',
    'It does what the command `millrace import` does.',
  ].join(' '),
  consumes: ['multipart/form-data'],
  querystring: Type.Object(
    {
      dryRun: Type.Optional(
        Type.Boolean({
          default: false,
          description: 'Whether all is reported and nothing written',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  response: { 202: ProductImport },
};

export const listImportsSchema = {
  summary: 'The last imports, the latest first, at most 20',
  response: { 200: Type.Object({ items: Type.Array(ProductImport) }) },
};

export const importSchema = {
  summary: 'How far an import is, and what came of it',
  params,
  response: shown,
};

export const cancelImportSchema = {
  summary: 'Ends an import after the lines that are being written; what was written stays',
  params,
  response: { 202: ProductImport },
};

const BadLines = Type.Object({
  items: Type.Array(BadLine),
  nextCursor: Nullable(Type.String(), { description: 'Null: the last page' }),
  total: Type.Integer({ description: 'Bad lines and bad pictures together' }),
});

export const badLinesSchema = {
  summary: 'The lines that were not imported, or not with their pictures',
  description: `In the order of the file; the first ${KEPT_BAD_LINES} are kept.`,
  params,
  querystring: Type.Object(
    {
      ...csvQuery,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
      cursor: Type.Optional(Type.String({ maxLength: 100, pattern: '^[0-9]{1,9}$' })),
    },
    { additionalProperties: false },
  ),
  response: { 200: jsonOrCsv(BadLines, 'The bad lines') },
};

/** An import as its call gives it. */
export function toImport(
  { _id: importId, ...one }: ImportDocument,
  badLines: readonly BadLineDocument[],
): ProductImport {
  const { startedAt, endedAt, bytesRead, bytesTotal, reason } = one;
  const result = {
    new: one.new,
    changed: one.changed,
    unchanged: one.unchanged,
    bad: one.bad,
    pictures: one.pictures,
    badPictures: one.badPictures,
  };
  return {
    importId,
    state: one.state,
    dryRun: one.dryRun,
    by: one.by,
    file: one.file,
    mapping: one.mapping,
    withPictures: one.withPictures,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    ...(reason !== undefined && { reason }),
    progress: {
      bytesRead,
      bytesTotal,
      lines: one.new + one.changed + one.unchanged + one.bad,
    },
    result,
    notes: one.notes,
    badLines: badLines.map(({ line, field, reason: why }) => ({ line, field, reason: why })),
  };
}
