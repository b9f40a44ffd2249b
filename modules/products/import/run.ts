/** Running an import beside the shop's other work, and writing how far it is. */
import { createReadStream } from 'node:fs';
import type { FastifyBaseLogger } from 'fastify';
import type { Catalogue } from '../catalogue/store.ts';
import { badLineOf, type BadLine } from './bad-line.ts';
import { readCsv } from './csv.ts';
import { importProducts, type Summary } from './import.ts';
import type { ImportDocument, ImportStore } from './imports.ts';
import { readLines } from './lines.ts';
import { messageOf } from './message.ts';
import type { Upload } from './upload.ts';

/** How often is written how far it is, in ms. */
const WRITE_EVERY_MS = 500;
/** Bad lines that are kept; the rest is counted. */
export const KEPT_BAD_LINES = 10_000;
/** Notes of one import, and files that one names, at most. */
const MAX_NOTES = 20;
const MAX_NAMED = 10;

/** Where an import runs. */
export interface Runner {
  catalogue: Catalogue;
  store: ImportStore;
  log: FastifyBaseLogger;
  /** Aborted when the process begins to stop. */
  signal: AbortSignal;
}

/** Runs an import to its end and writes that. Never rejects. */
export async function runImport(
  { catalogue, store, log, signal }: Runner,
  begun: ImportDocument,
  upload: Upload,
): Promise<void> {
  const { _id: importId, dryRun, by } = begun;
  const ending = new AbortController();
  const progress = createProgress(store, begun, () => ending.abort());
  const timer = setInterval(() => void progress.write(), WRITE_EVERY_MS);
  try {
    const summary = await importProducts(catalogue, {
      lines: linesOf(catalogue, upload, progress),
      pictures: upload.pictures?.take,
      dryRun,
      by,
      report: progress.report,
      progress: progress.count,
      signal: AbortSignal.any([signal, ending.signal]),
    });
    progress.count(summary);
    if (upload.pictures && !summary.stopped) progress.notePassedOver(upload.pictures.left());
    await progress.end(summary.stopped ? stopped(signal) : { state: 'done' });
    log.info({ importId, dryRun, ...summary }, 'an import has ended');
  } catch (error) {
    log.warn({ err: error, importId }, 'an import has failed');
    const reason = `${messageOf(error)}. ${AGAIN}`;
    // Where MongoDB is away, its silence says so later.
    await progress.end({ state: 'failed', reason }).catch(() => undefined);
  } finally {
    clearInterval(timer);
    await upload.remove();
  }
}

const AGAIN = 'Import the file again to go on: nothing is doubled.';

type End = Pick<ImportDocument, 'state' | 'reason'>;

function stopped(signal: AbortSignal): End {
  if (!signal.aborted) return { state: 'cancelled' };
  return { state: 'failed', reason: `The process that ran it was told to stop. ${AGAIN}` };
}

function linesOf({ unit }: Catalogue, { products, mapping }: Upload, progress: Progress) {
  const chunks = progress.counted(createReadStream(products.path));
  return mapping ? readCsv(chunks, { mapping, ...unit, note: progress.note }) : readLines(chunks);
}

type Progress = ReturnType<typeof createProgress>;

/** How far an import is, here and in MongoDB; `end` is called where it is to end. */
function createProgress(
  { imports, badLines }: ImportStore,
  begun: ImportDocument,
  end: () => void,
) {
  const { _id } = begun;
  let state: Partial<ImportDocument> = {};
  let unwritten: BadLine[] = [];
  let kept = 0;
  let bytesRead = 0;
  const notes = [...begun.notes];
  let writing = Promise.resolve();

  /** Writes the bad lines before the count that they are in. */
  async function save(ended: Partial<ImportDocument> = {}): Promise<void> {
    const at = new Date();
    const lines = unwritten.map((one, i) => ({ importId: _id, n: kept + i, at, ...one }));
    kept += lines.length;
    unwritten = [];
    if (lines.length > 0) await badLines.insertMany(lines);
    const found = await imports.findOneAndUpdate(
      { _id, state: 'running' },
      { $set: { ...state, bytesRead, notes, ...ended }, $currentDate: { aliveAt: true } },
      { projection: { cancelRequested: 1 } },
    );
    // Somebody has cancelled it, or taken it for dead.
    if (!found || found.cancelRequested) end();
  }

  return {
    write: () => (writing = writing.then(() => save()).catch(() => undefined)),
    async end(how: End): Promise<void> {
      await writing;
      const { state: ended, reason } = how;
      const set = { state: ended, endedAt: new Date(), ...(reason !== undefined && { reason }) };
      await save(set);
    },
    report(this: void, line: number, problem: string): void {
      if (kept + unwritten.length < KEPT_BAD_LINES) unwritten.push(badLineOf(line, problem));
    },
    count(this: void, summary: Summary): void {
      const { new: added, changed, unchanged, bad, pictures, badPictures } = summary;
      state = { new: added, changed, unchanged, bad, pictures, badPictures };
    },
    note,
    notePassedOver(files: readonly string[]): void {
      if (files.length === 0) return;
      const more = files.length > MAX_NAMED ? ` and ${files.length - MAX_NAMED} more` : '';
      const named = files.slice(0, MAX_NAMED).join(', ') + more;
      note(`No picture of an imported product, and passed over: ${named}`);
    },
    async *counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        yield chunk;
        bytesRead += chunk.length;
      }
    },
  };

  function note(text: string): void {
    if (notes.length < MAX_NOTES) notes.push(text.slice(0, 2000));
  }
}
