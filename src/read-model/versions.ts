/**
 * Which collection of a read model is read, and which one is being built: one document in the
 * module's own database, changed by single writes that each count only on the state they mean.
 * Names of collections are never used twice, so what a late writer brings to an old one does no harm.
 */
import type { Collection, Db, Document } from 'mongodb';
import { findOrInsert } from '../stores/mongodb.ts';

/** How long a version that is not read any more is written on, for readers that do not know yet, in ms. */
export const WRITTEN_MS = 5000;
/** How long it is kept, so that it is not dropped under a writer who has just read the state, in ms. */
const RETIRED_MS = 10_000;

/** A rebuild that is under way. */
export interface Building {
  run: string;
  /** The collection that it fills. */
  collection: string;
  /** Whether the collection is there. From then on it is written, and not before. */
  ready: boolean;
  startedAt: Date;
}

/** How long making the collection is left to the process that has begun the rebuild, in ms. */
const MAKING_MS = 2000;

/** Whether it is for any process to make the collection: the one that began has not come to it. */
export function isLeftUncreated({ building, now }: VersionsNow): boolean {
  if (!building || building.ready) return false;
  return now.getTime() - building.startedAt.getTime() > MAKING_MS;
}

/** How a rebuild ended. */
export interface Ended {
  run: string;
  outcome: 'done' | 'failed' | 'abandoned';
  /** Why it failed. */
  reason?: string;
  startedAt: Date;
  endedAt: Date;
  /** Events that were replayed, and documents that they made. */
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

/** The versions as they are at a time of the server's clock, by which all processes go. */
export interface VersionsNow extends VersionsDocument {
  now: Date;
}

/** The collections that events have their effect in: what is being built first, then what is read. */
export function writeTargets({ current, building, retired, now }: VersionsNow): string[] {
  const recent = retired.filter(({ at }) => now.getTime() - at.getTime() < WRITTEN_MS);
  return [
    ...(building?.ready ? [building.collection] : []),
    current,
    ...recent.map(({ collection }) => collection),
  ];
}

/** What has been on its way out for long enough to go. */
export function expired({ retired, now }: VersionsNow): VersionsDocument['retired'] {
  return retired.filter(({ at }) => now.getTime() - at.getTime() > RETIRED_MS);
}

/** The collection of the versions. */
export const VERSIONS = 'versions';

const NOW = { current: 1, building: 1, retired: 1, ended: 1, now: '$$NOW' };

export interface Versions {
  readonly name: string;
  read(): Promise<VersionsNow>;
  /** Begins a rebuild. Gives the state, which names the one that runs already where one does. */
  begin(run: string): Promise<VersionsDocument & { building: Building }>;
  /** Notes that the collection of a run is there. */
  ready(run: string): Promise<void>;
  /** Makes what a run has built the version that is read. */
  finish(run: string, counts: Pick<Ended, 'events' | 'documents'>): Promise<void>;
  /** Discards what a run has built; what is read stays. */
  discard(run: string, why: Pick<Ended, 'outcome'> & { reason?: string }): Promise<void>;
  /** Removes a collection that is dropped. */
  remove(collection: string): Promise<void>;
}

/** The versions of the read model `name`. The first of them has its name. */
export function createVersions(db: Db, name: string): Versions {
  const states: Collection<VersionsDocument> = db.collection(VERSIONS);
  const initial: VersionsDocument = { _id: name, current: name, retired: [] };

  async function read(): Promise<VersionsNow> {
    const found = await states.findOne<VersionsNow>({ _id: name }, { projection: NOW });
    return found ?? { ...initial, now: new Date() };
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
      const { _id, ...rest } = initial;
      await findOrInsert(states, _id, rest);
      const collection = `${name}_${run}`;
      const building = { run, collection, ready: false, startedAt: '$$NOW' };
      for (;;) {
        const begun = await states.findOneAndUpdate(
          { _id: name, building: { $exists: false } },
          [{ $set: { building } }],
          { returnDocument: 'after' },
        );
        const state = begun ?? (await read());
        // The one that was under way may have ended just now.
        if (state.building) return { ...state, building: state.building };
      }
    },
    ready: async (run) =>
      void (await states.updateOne(
        { _id: name, 'building.run': run },
        { $set: { 'building.ready': true } },
      )),
    finish: (run, counts) =>
      end(run, '$current', { current: '$building.collection' }, { outcome: 'done', ...counts }),
    discard: (run, why) =>
      end(run, '$building.collection', {}, { ...why, events: 0, documents: 0 }),
    remove: async (collection) =>
      void (await states.updateOne({ _id: name }, { $pull: { retired: { collection } } })),
  };
}
