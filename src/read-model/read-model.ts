/** A read model as its module uses it: reading what is current, writing to every version that counts. */
import type { Collection, Db, Document } from 'mongodb';
import { writeTargets, WRITTEN_MS, type Versions, type VersionsDocument } from './versions.ts';

/** How long a reader goes on with what it knows of the versions, in ms. */
const KNOWN_MS = 1000;
export interface ReadModel {
  /** The name of the version that is read at the moment, which is at most a second old. */
  version(): Promise<string>;
  /** Reads from the current version; reads again where that took so long that it is none any more. */
  read<Found, Shape extends Document = Document>(
    query: (collection: Collection<Shape>) => Promise<Found>,
  ): Promise<Found>;
  /**
   * Writes the effect of events to every version that counts: first to one that is being built, so
   * that what anybody has seen is there when it takes over. The effect must be the same however often
   * it is written.
   */
  write<Shape extends Document = Document>(
    change: (collection: Collection<Shape>) => Promise<unknown>,
  ): Promise<void>;
}

export function createReadModel(db: Db, versions: Versions): ReadModel {
  let known: { at: number; state: VersionsDocument } | undefined;

  async function know(): Promise<{ at: number; state: VersionsDocument }> {
    if (known && Date.now() - known.at < KNOWN_MS) return known;
    const at = Date.now();
    return (known = { at, state: await versions.read() });
  }

  return {
    version: async () => (await know()).state.current,
    async read(query) {
      for (;;) {
        const { at, state } = await know();
        const [found] = await Promise.allSettled([query(db.collection(state.current))]);
        const counts =
          // Even if another took its place at once, it was written until now.
          Date.now() - at < WRITTEN_MS ||
          writeTargets(await versions.read()).includes(state.current);
        if (counts && found.status === 'rejected') throw found.reason;
        if (counts && found.status === 'fulfilled') return found.value;
        known = undefined;
      }
    },
    async write(change) {
      // Read anew, after the events have come: what was begun before them must be written to.
      for (const name of writeTargets(await versions.read())) await change(db.collection(name));
    },
  };
}

/** Where old events go: to the version that their run builds, which nobody reads yet. */
export function writeTo(db: Db, collection: string): Pick<ReadModel, 'write'> {
  return {
    async write(change) {
      await change(db.collection(collection));
    },
  };
}
