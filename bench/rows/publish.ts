/** Documents with an event each, stored and published one at a time by many callers. */
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { pino } from 'pino';
import { Type } from 'typebox';
import { loadConfig } from '../../src/config/index.ts';
import { startHost } from '../../src/host.ts';
import { defineEvent, defineModule } from '../../src/index.ts';
import { withEngines, type TestEnvironment } from '../engines.ts';
import type { Row } from '../row.ts';
import { medians } from '../statistics.ts';

const CALLERS = 64;
const RUN_MS = 3000;
const SHORT_MS = 200;
const DOCUMENT = { name: 'a thing', quantity: 1, price: 649 };

const happened = defineEvent({
  stream: 'THINGS_STREAM',
  type: 'thing.happened',
  v: 1,
  key: 'id',
  data: { id: Type.String() },
});
const things = defineModule({
  name: 'things',
  stream: happened.stream,
  publishes: [happened],
  collections: { things: { outbox: true } },
});

/** Stores and publishes one document. */
type Publish = (id: string) => Promise<unknown>;

export const publish: Row = {
  name: 'publish',
  about: 'documents stored and published through the outbox, against insertOne and XADD',
  measure: ({ short, rounds }) =>
    withEngines('both', async (env) => {
      const ours = await openOutbox(env);
      const theirs = await openTwoWrites(env);
      const found: { ours: number; theirs: number }[] = [];
      const ms = short ? SHORT_MS : RUN_MS;
      try {
        for (let round = 0; round < rounds; round += 1)
          found.push({
            ours: await pace(ours.publish, ms),
            theirs: await pace(theirs.publish, ms),
          });
      } finally {
        await ours.close();
        await theirs.close();
      }
      const pages = medians(found);
      return {
        findings: [
          {
            what: `stored and published one at a time, ${CALLERS} callers`,
            unit: '1/s',
            ours: pages.ours,
            peer: { name: 'insertOne + XADD', value: pages.theirs },
            goal: { least: 3 },
          },
        ],
      };
    }),
};

async function openOutbox({ redisUrl, mongodbUrl }: TestEnvironment) {
  const host = await startHost({
    config: loadConfig({ REDIS_URL: redisUrl, MONGODB_URL: mongodbUrl }),
    modules: [things],
    known: [things],
    redisUrl,
    mongodbUrl,
    log: pino({ level: 'silent' }),
    version: '0.0.0',
    adminToken: 'the-token-of-the-operator',
  });
  const context = host.contexts.get(things.name)!;
  const one: Publish = async (_id) => {
    const document = { _id, ...DOCUMENT, outbox: [happened.create({ id: _id })] };
    await context.insert('things', document);
    await context.publish('things', [document]);
  };
  return { publish: one, close: () => host.stop() };
}

/** What is written without an outbox: the event is lost where the process dies in between. */
async function openTwoWrites({ redisUrl, mongodbUrl }: TestEnvironment) {
  const redis = new Redis(redisUrl);
  const mongodb = await MongoClient.connect(mongodbUrl, {
    writeConcern: { w: 'majority', journal: true },
  });
  // Not by the first of many inserts at once: MongoDB under Wine ends where several make the same one.
  const collection = await mongodb.db('peer').createCollection<{ _id: string }>('things');
  const one: Publish = async (_id) => {
    await collection.insertOne({ _id, ...DOCUMENT });
    await redis.xadd('PEER_STREAM', '*', ...Object.entries(happened.create({ id: _id })).flat());
  };
  const close = async (): Promise<void> => {
    await mongodb.close();
    redis.disconnect();
  };
  return { publish: one, close };
}

let last = 0;

/** Documents a second. */
async function pace(publishOne: Publish, ms: number): Promise<number> {
  const deadline = performance.now() + ms;
  let count = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() < deadline) {
      last += 1;
      await publishOne(`thing-${last}`);
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return (count * 1000) / ms;
}
