/** A Redis that has lost events is noticed, whenever it happens. */
import { test, type Test } from 'tap';
import { keyBeside } from '../../src/bus/connections.ts';
import {
  createCheckpoints,
  createLossDetector,
  type LossDetector,
} from '../../src/bus/maintain/data-loss.ts';
import { openOwnEngines, openRedis } from '../own-engines.ts';
import { eventually, openTestEnvironment } from '../support.ts';

async function openDetector(t: Test) {
  const { redis, keyPrefix } = await openTestEnvironment(t);
  const stream = `${keyPrefix}stream`;
  const marker = keyBeside(stream, 'marker');
  const state: { published?: string | undefined; handledUpTo?: number } = {};
  const detector = createLossDetector(
    redis,
    stream,
    () => state.published,
    () => state.handledUpTo ?? 0,
  );
  const publish = async (): Promise<void> => {
    state.published = String(await redis.xadd(stream, '*', 'a', '1'));
  };
  return { redis, marker, stream, detector, publish, state };
}

/** A stream that ends with an id, and whose groups have acknowledged up to others. */
const stateOf = (lastId: string, groups: Record<string, string>) => ({
  length: 0,
  added: 0,
  lastId,
  groups: Object.entries(groups).map(([group, acknowledgedUpTo]) => ({
    group,
    acknowledgedUpTo,
    consumers: 1,
    pending: 0,
    lag: 0,
    oldestUnacknowledgedAt: null,
    silentMs: 0,
    acknowledged: 0,
    pausedAt: null,
  })),
});

/** The first look, which says nothing of a loss. */
async function begin(detector: LossDetector): Promise<void> {
  await detector.republishFrom();
  await detector.heartbeat(Date.now());
}

test('all is well', async (t) => {
  const { detector, publish } = await openDetector(t);
  t.equal(await detector.republishFrom(), 0, 'a Redis that was never seen may lack everything');
  await detector.heartbeat(Date.now());
  await publish();
  for (let round = 0; round < 3; round += 1) {
    t.equal(await detector.republishFrom(), undefined);
    await detector.heartbeat(Date.now());
  }
});

test('a flush is noticed, also between the look and the sign of health', async (t) => {
  const { redis, marker, stream, detector, publish } = await openDetector(t);
  await begin(detector);
  await publish();
  await redis.del(marker, stream);
  t.equal(await detector.republishFrom(), 0);
  await detector.heartbeat(Date.now());
  t.equal(await detector.republishFrom(), undefined, 'once');
  await detector.heartbeat(Date.now());

  t.equal(await detector.republishFrom(), undefined);
  await redis.del(marker, stream);
  await detector.heartbeat(Date.now());
  t.equal(await detector.republishFrom(), 0);
});

test('data that were set back are noticed, also when something was published since', async (t) => {
  const { redis, marker, stream, detector, publish } = await openDetector(t);
  await begin(detector);
  await publish();
  const [markerThen, streamThen] = await Promise.all([
    redis.dumpBuffer(marker),
    redis.dumpBuffer(stream),
  ]);
  await begin(detector);
  await publish();
  await redis.restore(marker, 0, markerThen, 'REPLACE');
  await redis.restore(stream, 0, streamThen, 'REPLACE');
  await publish();
  t.ok((await detector.republishFrom())! > 0, 'since the last sign of health that is there');
  await detector.heartbeat(Date.now());
  t.equal(await detector.republishFrom(), undefined);
});

test('a server that was restarted may lack what was newest, whatever came since', async (t) => {
  const { mongodbUrl } = await openTestEnvironment(t);
  const engines = await openOwnEngines(t, { mongodbUrl });
  const redis = openRedis(t, engines.redisUrl);
  let published: string | undefined;
  const detector = createLossDetector(redis, 'stream', () => published);
  await begin(detector);
  t.equal(await detector.republishFrom(), undefined);
  const healthyAt = Date.now();
  await detector.heartbeat(healthyAt);

  engines.kill('redis');
  await eventually('Redis is back', () => redis.ping().catch(() => undefined));
  published = String(await redis.xadd('stream', '*', 'a', '1'));
  const since = await detector.republishFrom();
  t.ok(since! < healthyAt && since! > healthyAt - 60_000, 'since the last sign, and a margin');
  await detector.heartbeat(Date.now());
  t.equal(await detector.republishFrom(), undefined, 'once');

  engines.kill('redis');
  await eventually('Redis is back', () => redis.ping().catch(() => undefined));
  await detector.heartbeat(Date.now() + 100_000);
  t.ok(
    (await detector.republishFrom())! < Date.now(),
    'also if it was taken for healthy meanwhile',
  );
});

test('a loss is owed until it is made good, which may fail at first', async (t) => {
  const { redis, marker, stream, detector, publish } = await openDetector(t);
  t.equal(await detector.republishFrom(), 0);
  t.equal(await detector.republishFrom(), 0, 'at the start');
  await detector.heartbeat(Date.now());
  await publish();
  await redis.del(stream);
  const since = await detector.republishFrom();
  t.ok(since! > 0);
  await publish();
  t.equal(await detector.republishFrom(), since, 'and when the stream was set back');
  await redis.del(marker);
  t.equal(await detector.republishFrom(), 0, 'the earliest counts');
  t.equal(await detector.republishFrom(), 0);
  await detector.heartbeat(Date.now());
  t.equal(await detector.republishFrom(), undefined);
});

test('signs of health of several copies do not look like a loss', async (t) => {
  const { redis, stream, detector } = await openDetector(t);
  const copy = createLossDetector(redis, stream, () => undefined);
  await begin(detector);
  await begin(copy);
  for (let round = 0; round < 3; round += 1) {
    t.equal(await detector.republishFrom(), undefined);
    await copy.heartbeat(Date.now());
    await detector.heartbeat(Date.now());
    t.equal(await copy.republishFrom(), undefined);
  }
});

test('after a flush only what some group had not handled is missing', async (t) => {
  const { redis, marker, stream, detector, publish, state } = await openDetector(t);
  await begin(detector);
  await publish();
  state.handledUpTo = 1_000_000_000_000;
  await redis.del(marker, stream);
  const since = await detector.republishFrom();
  t.ok(since! < state.handledUpTo && since! > state.handledUpTo - 120_000, 'and a margin');
});

test('handled is what was published before a look, once every group has acknowledged what it saw', (t) => {
  const handled = createCheckpoints();
  const look = (lastId: string, groups: Record<string, string>, publishedUpTo?: number) => {
    handled.observe('s', stateOf(lastId, groups), publishedUpTo);
    return handled.confirm('s');
  };
  t.equal(handled.handledUpTo('s'), 0, 'nothing was seen yet');
  t.equal(look('500-0', { a: '500-0', b: '300-0' }, 100), undefined, 'the slowest counts');
  t.equal(handled.handledUpTo('s'), 0);
  look('900-0', { a: '900-0', b: '499-0' }, 200);
  t.equal(handled.handledUpTo('s'), 0);
  t.same(look('950-0', { a: '900-0', b: '500-0' }), { time: 100, groups: ['a', 'b'] });
  t.equal(handled.handledUpTo('s'), 100, 'what came late is in the stream behind its looks');
  look('950-0', { a: '950-0', b: '950-0' });
  t.equal(handled.handledUpTo('s'), 200);

  handled.observe('s', stateOf('960-0', { a: '960-0', b: '960-0' }), 300);
  t.equal(handled.handledUpTo('s'), 200, 'Redis may have been flushed before it was looked at');
  handled.reset('s');
  handled.confirm('s');
  t.equal(handled.handledUpTo('s'), 200, 'and was');
  t.end();
});

test('handled is nothing by a group that came later, or is gone and may come back', (t) => {
  const handled = createCheckpoints();
  const all = { a: '500-0', b: '500-0' };
  const look = (groups: Record<string, string>) => {
    handled.observe('s', stateOf('500-0', groups), 100);
    handled.confirm('s');
  };
  look(all);
  t.equal(handled.handledUpTo('s'), 100);
  look({ ...all, c: '0-0' });
  t.equal(handled.handledUpTo('s'), 0, 'c has everything before it');
  look({ ...all, c: '500-0' });
  t.equal(handled.handledUpTo('s'), 100);
  look(all);
  t.equal(handled.handledUpTo('s'), 0, 'c is gone');
  t.end();
});

test('what earlier processes knew is known at the start, of the groups that they knew', (t) => {
  const known = { time: 100, groups: ['a', 'b'] };
  for (const [groups, expected] of [
    [['a', 'b'], 100],
    [['a'], 100],
    [['a', 'b', 'c'], 0],
  ] as const) {
    const handled = createCheckpoints();
    handled.restore('s', known, groups);
    t.equal(handled.handledUpTo('s'), expected, groups.join());
  }
  const handled = createCheckpoints();
  handled.restore('s', undefined, ['a']);
  t.equal(handled.handledUpTo('s'), 0);
  t.end();
});

test('a sign of health is as old as the oldest event that waits to be published', async (t) => {
  const { redis, stream, detector, publish } = await openDetector(t);
  await begin(detector);
  const publishedUpTo = Date.now() - 100_000;
  await detector.heartbeat(publishedUpTo);
  await detector.heartbeat(undefined);
  await publish();
  await redis.del(stream);
  const since = await detector.republishFrom();
  t.ok(since! < publishedUpTo && since! > publishedUpTo - 60_000, 'and a margin');
});
