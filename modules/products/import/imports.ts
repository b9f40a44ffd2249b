/**
 * Imports by the REST API, one at a time: each is a document that says how far it is, which whoever asks may
 * read in any process. The process that runs it writes that it lives; one that is silent has died.
 */
import type { Collection, Db, IndexDescription } from 'mongodb';
import { ObjectId } from 'mongodb';
import { DomainError, isDuplicateKey } from '#host';
import type { BadLine } from './bad-line.ts';

/** What is silent that long has died with its process, in ms. */
export const SILENT_MS = 15_000;
/** How long an import is remembered, in s: 30 days. */
const REMEMBERED_S = 2_592_000;

export interface ImportDocument {
  _id: string;
  state: 'running' | 'done' | 'cancelled' | 'failed';
  dryRun: boolean;
  by: string | null;
  file: string;
  /** Null: the file holds JSON. */
  mapping: string | null;
  withPictures: boolean;
  bytesRead: number;
  bytesTotal: number;
  new: number;
  changed: number;
  unchanged: number;
  bad: number;
  pictures: number;
  badPictures: number;
  /** What else there is to know of the files. */
  notes: string[];
  /** Why it has failed. */
  reason?: string;
  cancelRequested?: true;
  startedAt: Date;
  endedAt?: Date;
  /** When its process wrote last that it lives, by MongoDB's clock. */
  aliveAt: Date;
}

export interface BadLineDocument extends BadLine {
  importId: string;
  /** Its place among them. */
  n: number;
  at: Date;
}

export const importIndexes: IndexDescription[] = [
  // One runs at a time.
  {
    name: 'running',
    key: { state: 1 },
    unique: true,
    partialFilterExpression: { state: 'running' },
  },
  { name: 'started', key: { startedAt: 1 }, expireAfterSeconds: REMEMBERED_S },
];

export const badLineIndexes: IndexDescription[] = [
  { name: 'ofImport', key: { importId: 1, n: 1 }, unique: true },
  { name: 'forget', key: { at: 1 }, expireAfterSeconds: REMEMBERED_S },
];

export interface ImportStore {
  imports: Collection<ImportDocument>;
  badLines: Collection<BadLineDocument>;
}

export function openImports(db: Db): ImportStore {
  return {
    imports: db.collection<ImportDocument>('imports'),
    badLines: db.collection<BadLineDocument>('badLines'),
  };
}

/** @throws DomainError where one runs already */
export async function refuseWhileOneRuns({ imports }: ImportStore): Promise<void> {
  await endSilent({ imports });
  const running = await imports.findOne({ state: 'running' });
  if (running) throw runsAlready(running._id);
}

/** Notes an import that begins. */
export async function beginImport(
  { imports }: ImportStore,
  about: Pick<
    ImportDocument,
    'dryRun' | 'by' | 'file' | 'mapping' | 'withPictures' | 'bytesTotal' | 'notes'
  >,
): Promise<ImportDocument> {
  const now = new Date();
  const none = { new: 0, changed: 0, unchanged: 0, bad: 0, pictures: 0, badPictures: 0 };
  const begun: ImportDocument = {
    _id: new ObjectId().toHexString(),
    state: 'running',
    ...about,
    ...none,
    bytesRead: 0,
    startedAt: now,
    aliveAt: now,
  };
  try {
    await imports.insertOne(begun);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const running = await imports.findOne({ state: 'running' });
    throw runsAlready(running?._id);
  }
  // By MongoDB's clock, as all that follows is compared.
  await imports.updateOne({ _id: begun._id }, { $currentDate: { aliveAt: true } });
  return begun;
}

/** @throws DomainError where there is none */
export async function findImport(store: ImportStore, importId: string): Promise<ImportDocument> {
  await endSilent(store);
  const found = await store.imports.findOne({ _id: importId });
  if (found) return found;
  throw new DomainError(
    'not-found',
    'unknown-import',
    `There is no import ${importId}; imports are remembered for 30 days.`,
  );
}

/** Ends those whose process has died. */
export async function endSilent({ imports }: Pick<ImportStore, 'imports'>): Promise<void> {
  const isSilent = { $lt: ['$aliveAt', { $subtract: ['$$NOW', SILENT_MS] }] };
  await imports.updateMany({ state: 'running', $expr: isSilent }, [
    {
      $set: {
        state: 'failed',
        endedAt: '$$NOW',
        reason:
          'The process that ran it is gone. Import the file again to go on: nothing is doubled.',
      },
    },
  ]);
}

/** Asks the process that runs an import to end it. Gives the import as it is then. */
export async function cancelImport(store: ImportStore, importId: string): Promise<ImportDocument> {
  const found = await findImport(store, importId);
  if (found.state !== 'running')
    throw new DomainError(
      'conflict',
      'import-ended',
      `Import ${importId} has ended already: ${found.state}.`,
    );
  await store.imports.updateOne(
    { _id: importId, state: 'running' },
    { $set: { cancelRequested: true } },
  );
  return findImport(store, importId);
}

function runsAlready(importId: string | undefined): DomainError {
  return new DomainError(
    'conflict',
    'import-running',
    'Another import is running. Wait until it has ended, or cancel it.',
    { importId },
  );
}
