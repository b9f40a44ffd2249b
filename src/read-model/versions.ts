/**
 * Which collection of a read model is read, and which one is being built: one document in the
 * module's own database, changed by single writes that each count only on the state they mean.
 * Names of collections are never used twice, so what a late writer brings to an old one does no harm.
 */
import type { Collection, Db, Document } from 'mongodb';
import { isDuplicateKey } from '../mongodb.ts';

/** How long a version that is not read any more is kept and written, in ms. */
export const RETIRED_MS = 10_000;

/** A rebuild that is under way. */
export interface Building {
  run: string;
  /** The collection that it fills. */
  collection: string;
  startedAt: Date;
}

/** How a rebuild ended. */
export interface Ended {
  run: string;
  outcome: 'done' | 'failed' | 'abandoned';
  /** Why it failed. */
  reason?: string;
  startedAt: Date;
  endedAt: Date;
  /** Events that were told, and documents that they made. */
  events: number;
  documents: number;
}

export interface VersionsDocument {
  /** The name of the read model. */
  _id: string;
  /** The collection that is read. */
  current: string;
  building?: Building;
  /** Collections that are on their way out, with the run whose replays go with them. */
  retired: { collection: string; run: string; at: Date }[];
  ended?: Ended;
}

export interface Versions {
  readonly name: string;
  read(): Promise<VersionsDocument>;
  /** Begins a rebuild. Gives the state, which names the one that runs already where one does. */
  begin(run: string): Promise<VersionsDocument & { building: Building }>;
  /** Makes what a run has built the version that is read. */
  finish(run: string, counts: Pick<Ended, 'events' | 'documents'>): Promise<void>;
  /** Gives a run up; what is read stays. */
  giveUp(run: string, why: Pick<Ended, 'outcome'> & { reason?: string }): Promise<void>;
  /** What has been on its way out for {@link RETIRED_MS}, by the clock of the server. */
  due(): Promise<VersionsDocument['retired']>;
  /** Strikes a collection that is dropped. */
  strike(collection: string): Promise<void>;
}

/** The versions of the read model `name`. The first of them has its name. */
export function createVersions(db: Db, name: string): Versions {
  const states: Collection<VersionsDocument> = db.collection('versions');
  const initial: VersionsDocument = { _id: name, current: name, retired: [] };

  async function read(): Promise<VersionsDocument> {
    return (await states.findOne({ _id: name })) ?? initial;
  }

  /** Ends a run, if it is under way: `fields` are set, and `out` is on its way out from now on. */
  async function end(run: string, out: string, fields: Document, ended: Document): Promise<void> {
    const retired = { collection: out, run, at: '$$NOW' };
    const times = { startedAt: '$building.startedAt', endedAt: '$$NOW' };
    await states.updateOne({ _id: name, 'building.run': run }, [
      {
        $set: {
          ...fields,
          retired: { $concatArrays: ['$retired', [retired]] },
          ended: { $literal: { run, ...ended } },
        },
      },
      { $set: Object.fromEntries(Object.entries(times).map(([key, is]) => [`ended.${key}`, is])) },
      { $unset: 'building' },
    ]);
  }

  return {
    name,
    read,
    async begin(run) {
      await states.updateOne({ _id: name }, { $setOnInsert: initial }, { upsert: true }).catch(
        // Another process was faster; then it is there.
        (error: unknown) => {
          if (!isDuplicateKey(error)) throw error;
        },
      );
      const building = { run, collection: `${name}_${run}`, startedAt: new Date() };
      for (;;) {
        const begun = await states.findOneAndUpdate(
          { _id: name, building: { $exists: false } },
          { $set: { building } },
          { returnDocument: 'after' },
        );
        const state = begun ?? (await read());
        // The one that was under way may have ended just now.
        if (state.building) return { ...state, building: state.building };
      }
    },
    finish: (run, counts) =>
      end(run, '$current', { current: '$building.collection' }, { outcome: 'done', ...counts }),
    giveUp: (run, why) => end(run, '$building.collection', {}, { ...why, events: 0, documents: 0 }),
    async due() {
      const [found] = await states
        .aggregate<Pick<VersionsDocument, 'retired'>>([
          { $match: { _id: name } },
          {
            $project: {
              retired: {
                $filter: {
                  input: '$retired',
                  cond: { $lt: ['$$this.at', { $subtract: ['$$NOW', RETIRED_MS] }] },
                },
              },
            },
          },
        ])
        .toArray();
      return found?.retired ?? [];
    },
    strike: async (collection) =>
      void (await states.updateOne({ _id: name }, { $pull: { retired: { collection } } })),
  };
}
