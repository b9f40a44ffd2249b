/** This process's index of the catalogue, brought up to date before each search. */
import { Timestamp } from 'mongodb';
import { groupCommit } from '#host';
import {
  emptyIndex,
  INDEXED,
  put,
  SHOWS,
  type CatalogueIndex,
  type IndexedProduct,
  type Shows,
} from './search-index.ts';
import { PRESENT, type Catalogue } from './store.ts';

/** How long a write may take in MongoDB from its time of change until it can be read, in s. */
const OVERLAP_S = 5;
/** Products that are read at a time. */
const BATCH = 1000;
/** An index that old is read anew, in ms: processes of an earlier Millrace mark no changes. */
const OLD_AFTER_MS = 600_000;
/** So is one of which most slots were left, and at least so many. */
const MANY_LEFT = 10_000;

interface Loaded {
  index: CatalogueIndex;
  /** MongoDB's time before the index was last read. */
  asOf: Timestamp;
  loadedAt: number;
}

/** Gives the index with all that was written before the call, by whichever process; the first loads it. */
export type FreshIndex = () => Promise<CatalogueIndex>;

export function createFreshIndex(catalogue: Catalogue, shows: Shows = SHOWS.no): FreshIndex {
  let current: Loaded | undefined;
  let reloading = false;

  async function reload(): Promise<void> {
    reloading = true;
    try {
      current = await load(catalogue, shows);
    } catch {
      // What is there stays right; a later search tries again.
    } finally {
      reloading = false;
    }
  }

  const refreshed = groupCommit(async (callers: undefined[]) => {
    current ??= await load(catalogue, shows);
    await catchUp(catalogue, current);
    const { index } = current;
    if (isOld(current) && !reloading) void reload();
    return callers.map(() => index);
  });
  return () => refreshed(undefined);
}

async function load(catalogue: Catalogue, shows: Shows): Promise<Loaded> {
  const [index, asOf] = [emptyIndex(shows), await timeOf(catalogue)];
  const products = catalogue.products.find<IndexedProduct>(PRESENT, {
    projection: INDEXED,
    batchSize: BATCH,
  });
  for await (const product of products) put(index, product);
  return { index, asOf, loadedAt: Date.now() };
}

/** Reads what was changed since the last time, those retired or archived among them. */
async function catchUp(catalogue: Catalogue, loaded: Loaded): Promise<void> {
  const asOf = await timeOf(catalogue);
  const since = new Timestamp({ t: loaded.asOf.t - OVERLAP_S, i: 0 });
  const products = catalogue.products.find<IndexedProduct>(
    { changed: { $gte: since } },
    { projection: INDEXED, batchSize: BATCH },
  );
  for await (const product of products) put(loaded.index, product);
  loaded.asOf = asOf;
}

async function timeOf({ db }: Catalogue): Promise<Timestamp> {
  const { operationTime } = await db.command({ ping: 1 });
  return operationTime as Timestamp;
}

function isOld({ index, loadedAt }: Loaded): boolean {
  const left = index.ids.length - index.slots.size;
  return Date.now() - loadedAt > OLD_AFTER_MS || left > Math.max(index.slots.size, MANY_LEFT);
}
