/** Writers and readers of a read model that are slow while another version takes its place. */
import { test, type Test } from 'tap';
import type { HistoryDocument } from '../../../modules/order-history/history.ts';
import { createReadModel, type ReadModel } from '../../../src/read-model/read-model.ts';
import { createVersions, VERSIONS, type Versions } from '../../../src/read-model/versions.ts';
import { openTestEnvironment } from '../../support.ts';

interface Opened {
  versions: Versions;
  model: ReadModel;
  /** Begins to write, up to where the versions are known; what it gives goes on. */
  readonly insert: (_id: string) => Promise<() => Promise<string[]>>;
  readonly idsOfCurrent: () => Promise<string[]>;
}

async function open(t: Test): Promise<Opened> {
  const { mongodb, databasePrefix } = await openTestEnvironment(t);
  const db = mongodb.db(`${databasePrefix}things`);
  for (const name of ['things', VERSIONS]) await db.createCollection(name);
  const versions = createVersions(db, 'things');
  const model = createReadModel(db, versions);
  return {
    versions,
    model,
    async insert(_id) {
      const [known, going] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const written: string[] = [];
      const writing = model.write<HistoryDocument>(async (things) => {
        written.push(things.collectionName);
        known.resolve();
        await going.promise;
        await things.updateOne({ _id }, { $setOnInsert: { _id } }, { upsert: true });
      });
      await known.promise;
      return async () => {
        going.resolve();
        await writing;
        return written;
      };
    },
    async idsOfCurrent() {
      const { current } = await versions.read();
      const found = await db.collection<HistoryDocument>(current).find().sort({ _id: 1 }).toArray();
      return found.map(({ _id }) => _id);
    },
  };
}

const COUNTS = { events: 0, documents: 0 };

test('what was being written when the version was taken over is in the one that is read', async (t) => {
  const { versions, insert, idsOfCurrent } = await open(t);
  await versions.begin('1');
  await versions.ready('1');
  const goOn = await insert('slow');
  await versions.finish('1', COUNTS);
  t.same(await idsOfCurrent(), []);
  t.same(await goOn(), ['things_1', 'things'], 'all that may be read are written');
  t.same(await idsOfCurrent(), ['slow']);
});

test('what is built is written to first, and not before it is made', async (t) => {
  const { versions, insert } = await open(t);
  await versions.begin('1');
  t.same(await (await insert('early'))(), ['things']);
  await versions.ready('1');
  t.same(await (await insert('late'))(), ['things_1', 'things']);
});

test('a version that was taken over is written to on, for readers that do not know yet', async (t) => {
  const { versions, model, insert, idsOfCurrent } = await open(t);
  t.equal(await model.version(), 'things');
  await versions.begin('1');
  await versions.ready('1');
  await versions.finish('1', COUNTS);
  await (
    await insert('new')
  )();
  t.equal(await model.version(), 'things', 'this one does not know yet');
  t.equal(await model.read((things) => things.countDocuments()), 1);
  t.same(await idsOfCurrent(), ['new']);
});

test('of several that begin at once one does, and only the run that is under way can end', async (t) => {
  const { versions } = await open(t);
  const begun = await Promise.all(['1', '2', '3'].map((run) => versions.begin(run)));
  const runs = new Set(begun.map(({ building }) => building.run));
  t.equal(runs.size, 1);
  const [run = ''] = runs;
  for (const other of ['1', '2', '3'].filter((one) => one !== run)) {
    await versions.finish(other, COUNTS);
    await versions.discard(other, { outcome: 'abandoned' });
  }
  t.match(await versions.read(), { current: 'things', building: { run } });
  await versions.finish(run, COUNTS);
  await versions.finish(run, COUNTS);
  const after = await versions.read();
  t.match(after, { current: `things_${run}`, ended: { run, outcome: 'done' } });
  t.equal(after.retired.length, 1);
});
