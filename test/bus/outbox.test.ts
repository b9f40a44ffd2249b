/** An event is published if and only if the state change that it reports is committed. */
import { MongoClient } from 'mongodb';
import { test } from 'tap';
import type { OutboxDocument } from '../../src/bus/index.ts';
import { eventually } from '../support.ts';
import { happened, openBus, type BusKit } from './kit.ts';

const lengthOf = ({ env, key }: BusKit): Promise<number> => env.redis.xlen(key);

const unpublished = ({ things }: BusKit): Promise<number> =>
  things.countDocuments({ 'outbox.0': { $exists: true } });

test('the events of a written document are published and cleared', async (t) => {
  const kit = await openBus(t);
  const document = {
    _id: 'a',
    outbox: [happened.create({ k: 'a', n: 1 }), happened.create({ k: 'a', n: 2 })],
  };
  await kit.things.insertOne(document);
  await kit.outbox.publish([document]);

  const entries = await kit.env.redis.xrange(kit.key, '-', '+');
  t.same(
    entries.map(([, fields]) => fields[fields.indexOf('n') + 1]),
    ['1', '2'],
    'in the order of the outbox',
  );
  await eventually('the outbox is cleared', async () => (await unpublished(kit)) === 0);
});

test('the events of many documents are cleared by one statement, and newer ones stay', async (t) => {
  const kit = await openBus(t);
  const client = new MongoClient(kit.env.mongodbUrl, { monitorCommands: true });
  t.teardown(() => client.close());
  const updates: string[] = [];
  client.on('commandStarted', ({ commandName, command }) => {
    if (commandName === 'update') updates.push(...(command['updates'] as string[]));
  });
  const { dbName, collectionName } = kit.things;
  const outbox = kit.bus.outbox(
    client.db(dbName).collection<OutboxDocument>(collectionName),
    'THINGS_STREAM',
  );
  const documents = Array.from({ length: 100 }, (_, n) => ({
    _id: `doc-${n}`,
    outbox: [happened.create({ k: `doc-${n}`, n })],
  }));
  await kit.things.insertMany(documents);
  await outbox.publish(documents);
  const newer = happened.create({ k: 'doc-7', n: 7 });
  await kit.things.updateOne({ _id: 'doc-7' }, { $push: { outbox: newer } });
  await outbox.close();

  t.equal(updates.length, 1);
  t.same(await kit.things.find({ 'outbox.0': { $exists: true } }).toArray(), [
    { _id: 'doc-7', outbox: [newer] },
  ]);
});

test('published events that the next write takes away are not cleared, and if it does not, a sweep clears them', async (t) => {
  const kit = await openBus(t);
  const document = { _id: 'a', outbox: [happened.create({ k: 'a', n: 1 })] };
  t.same(kit.outbox.takePublished('a'), [], 'none before they are published');
  await kit.things.insertOne(document);
  await kit.outbox.publish([document]);
  t.same(
    kit.outbox.takePublished('a'),
    document.outbox.map(({ eventId }) => eventId),
  );
  t.same(kit.outbox.takePublished('a'), [], 'they are taken once');
  await kit.outbox.close();
  t.equal(await unpublished(kit), 1, 'they are left to the write');

  await eventually('a sweep finds them', async () => {
    t.equal(await kit.outbox.sweep(), 0, 'it publishes nothing again');
    return (await unpublished(kit)) === 0;
  });
  t.equal(await lengthOf(kit), 1);
});

test('an event that others publish at the same time, or of a copy from before, is published once', async (t) => {
  const kit = await openBus(t);
  const document = { _id: 'a', outbox: [happened.create({ k: 'a', n: 1 })] };
  await kit.things.insertOne(document);
  await Promise.all([kit.outbox.publish([document]), kit.outbox.publish([document])]);
  t.equal(await lengthOf(kit), 1, 'one of two at the same time');
  kit.outbox.takePublished('a');
  await kit.outbox.publish([document]);
  t.equal(await lengthOf(kit), 1, 'none of a copy from before it was taken');
});

test('what a crash left between the write and the publishing, a sweep publishes', async (t) => {
  const kit = await openBus(t);
  await kit.things.insertMany(
    Array.from({ length: 1200 }, (_, n) => ({
      _id: `doc-${n}`,
      outbox: [happened.create({ k: `doc-${n}`, n })],
    })),
  );
  await kit.bus.start();

  await eventually('all are published', async () => (await lengthOf(kit)) === 1200);
  await eventually('all are cleared', async () => (await unpublished(kit)) === 0);
  t.equal(await lengthOf(kit), 1200, 'none was published twice');
});

test('several processes that sweep at once lose nothing', async (t) => {
  const first = await openBus(t);
  const others = await Promise.all([1, 2, 3].map(() => openBus(t, { env: first.env })));
  const ids = Array.from({ length: 300 }, (_, n) => `doc-${n}`);
  await first.things.insertMany(
    ids.map((_id, n) => ({ _id, outbox: [happened.create({ k: _id, n })] })),
  );

  await Promise.all([first, ...others].map(({ bus }) => bus.start()));

  await eventually('all are cleared', async () => (await unpublished(first)) === 0);
  const entries = await first.env.redis.xrange(first.key, '-', '+');
  const published = new Set(entries.map(([, fields]) => fields[fields.indexOf('k') + 1]));
  t.same(
    ids.filter((id) => !published.has(id)),
    [],
  );
});

test('the sweep reads an index that holds only documents with unpublished events', async (t) => {
  const kit = await openBus(t);
  await kit.things.insertMany(
    Array.from({ length: 500 }, (_, n) => ({ _id: `done-${n}`, outbox: [] })),
  );
  await kit.things.insertOne({ _id: 'open', outbox: [happened.create({ k: 'open', n: 1 })] });
  const plan = await kit.things
    .find({ 'outbox.0': { $exists: true }, 'outbox.at': { $lte: String(Date.now()) } })
    .hint('outbox')
    .explain('executionStats');
  t.equal(plan['executionStats'].totalKeysExamined, 1);
});

test('an event that was never committed is never published', async (t) => {
  const kit = await openBus(t);
  await kit.things.insertOne({ _id: 'taken' });
  const document = { _id: 'taken', outbox: [happened.create({ k: 'taken', n: 1 })] };
  await t.rejects(kit.things.insertOne(document), { code: 11000 });
  await kit.bus.start();
  await kit.outbox.sweep();
  t.equal(await lengthOf(kit), 0);
});
