/** The operator's calls of imports: begun by a form, followed by whoever looks, cancelled. */
import multipart from '@fastify/multipart';
import { mayComeSlowly, recordChange, sendCsv, type Routes } from '#host';
import {
  beginImport,
  cancelImport,
  endSilent,
  findImport,
  refuseWhileOneRuns,
  type ImportStore,
} from '../import/imports.ts';
import { KEPT_BAD_LINES, runImport, type Runner } from '../import/run.ts';
import { MAX_MAPPING_BYTES, MAX_PICTURES_BYTES, receive } from '../import/upload.ts';
import { byOf, FILES, SUPPORT } from './asking.ts';
import {
  badLinesSchema,
  beginImportSchema,
  cancelImportSchema,
  FIRST_BAD_LINES,
  importSchema,
  listImportsSchema,
  toImport,
} from './import-schemas.ts';

const LISTED = 20;
const DEFAULT_LIMIT = 100;

/** The import that runs in this process, so that its end is waited for. */
export interface Imports {
  readonly routes: Routes;
  /** Waits for the end of the import that runs here, which has been told to stop. */
  readonly stop: () => Promise<void>;
}

export function createImports(runner: Runner): Imports {
  let running: Promise<void> = Promise.resolve();
  return {
    stop: () => running,
    async routes(app) {
      followRoutes(runner)(app);
      await app.register(async (plugins) => {
        const scope = plugins as typeof app;
        await scope.register(multipart, {
          limits: {
            // The parts themselves judge; this is for those that nobody asked for.
            files: 3,
            fields: 3,
            parts: 6,
            fieldNameSize: 100,
            fieldSize: MAX_MAPPING_BYTES,
            fileSize: MAX_PICTURES_BYTES,
          },
          throwFileSizeLimit: false,
        });
        scope.post(
          '/product-imports',
          {
            schema: beginImportSchema,
            config: FILES,
            onRequest: (request, _reply, done) => {
              mayComeSlowly(request);
              done();
            },
          },
          async (request, reply) => {
            const { dryRun = false } = request.query;
            await refuseWhileOneRuns(runner.store);
            const upload = await receive(request.parts());
            const { products, pictures, mappingName } = upload;
            const about = {
              dryRun,
              by: byOf(request),
              file: products.name,
              mapping: mappingName,
              withPictures: pictures !== undefined,
              bytesTotal: products.bytes,
              notes: [],
            };
            const begun = await beginImport(runner.store, about).catch(async (error: unknown) => {
              await upload.remove();
              throw error;
            });
            const { _id: importId } = begun;
            const target = `product-imports/${importId}`;
            recordChange(request, { target, after: { file: products.name, dryRun } });
            request.log.info({ importId, dryRun }, 'the operator began an import');
            running = runImport(runner, begun, upload);
            const path = `/api/admin/product-imports/${importId}`;
            return reply.code(202).header('location', path).send(toImport(begun, []));
          },
        );
      });
    },
  };
}

const followRoutes =
  ({ store }: Pick<Runner, 'store'>): ((...app: Parameters<Routes>) => void) =>
  (app) => {
    app.get('/product-imports', { schema: listImportsSchema }, async () => {
      await endSilent(store);
      const found = await store.imports.find().sort({ startedAt: -1 }).limit(LISTED).toArray();
      return { items: found.map((one) => toImport(one, [])) };
    });

    app.get('/product-imports/:importId', { schema: importSchema }, ({ params }) =>
      show(store, params.importId),
    );

    app.post(
      '/product-imports/:importId/cancel',
      { schema: cancelImportSchema, ...SUPPORT },
      async (request, reply) => {
        const { importId } = request.params;
        const { state } = await show(store, importId);
        await cancelImport(store, importId);
        const after = await show(store, importId);
        recordChange(request, {
          target: `product-imports/${importId}`,
          before: { state },
          after: { state: after.state, cancelled: true },
        });
        return reply.code(202).send(after);
      },
    );

    app.get(
      '/product-imports/:importId/bad-lines',
      { schema: badLinesSchema },
      async ({ params: { importId }, query }, reply) => {
        const { bad, badPictures } = await findImport(store, importId);
        if (query.format === 'csv')
          return sendCsv(reply, {
            name: `bad-lines-${importId}`,
            columns: {
              line: ({ line }) => line,
              field: ({ field }) => field,
              reason: ({ reason }) => reason,
            },
            rows: badLinesOf(store, importId, 0, KEPT_BAD_LINES),
          });
        const { limit = DEFAULT_LIMIT, cursor = '0' } = query;
        const from = Number(cursor);
        const found = await badLinesOf(store, importId, from, limit + 1).toArray();
        return {
          items: found.slice(0, limit),
          nextCursor: found.length > limit ? String(found[limit]!.n) : null,
          total: bad + badPictures,
        };
      },
    );
  };

async function show(store: ImportStore, importId: string) {
  const found = await findImport(store, importId);
  return toImport(found, await badLinesOf(store, importId, 0, FIRST_BAD_LINES).toArray());
}

function badLinesOf({ badLines }: ImportStore, importId: string, from: number, limit: number) {
  return badLines
    .find({ importId, n: { $gte: from } })
    .sort({ n: 1 })
    .limit(limit);
}
