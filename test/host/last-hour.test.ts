/** The metrics of the last hour: of all processes, in a ring in Redis that is bounded and that nothing depends on. */
import { Redis } from 'ioredis';
import { test, type Test } from 'tap';
import { createCounts } from '../../src/metrics/counts.ts';
import { createRingWriter, HOUR_MS, readRing, ringKey, STEP_MS } from '../../src/metrics/ring.ts';
import type { MetricsResponse } from '../../src/http/admin/api.ts';
import { SILENT } from '../../src/bus/observer.ts';
import { startProcess } from '../process.ts';
import { openRedisCluster } from '../redis-cluster.ts';
import { ended, place, seed } from '../shop.ts';
import { startSplitShop } from '../split.ts';
import {
  ADMIN_TOKEN,
  eventually,
  openTestEnvironment,
  startTestHost,
  type TestEnvironment,
  type TestHost,
} from '../support.ts';

const where = { stream: 'ORDERS_STREAM', group: 'payments' };
const log = { debug() {}, info() {}, warn() {}, error() {} };
/** A bus without streams to sample. */
const bus = { streams: () => [], allStreams: () => [where.stream], inspect: async () => undefined };

/** A process that counts, and writes once, when it stops. */
function openWriter(
  { redis, keyPrefix }: Pick<TestEnvironment, 'redis' | 'keyPrefix'>,
  maxRecords?: number,
) {
  const counts = createCounts(SILENT);
  const options = { redis, keyPrefix, bus, counts, log, ...(maxRecords && { maxRecords }) };
  return { counts, ...createRingWriter(options) };
}

function ask({ app }: TestHost, query = '') {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  return app.inject({ url: `/api/admin/metrics${query}`, headers });
}

const total = (points: readonly (number | null)[] = []): number =>
  points.reduce<number>((sum, point) => sum + (point ?? 0), 0);

/** Lets the ring hold what two processes wrote half a minute ago, and nothing since. */
async function writeLately({ redis, keyPrefix }: TestEnvironment): Promise<number> {
  const step = Math.floor((Date.now() - 30_000) / STEP_MS) * STEP_MS;
  const durations = [[4, 4, 4], [900]];
  for (const [process, ofProcess] of durations.entries()) {
    const counts = createCounts(SILENT);
    for (const ms of ofProcess) counts.observer.handled(where, 'order.placed', 10, ms / 1000);
    const record = JSON.stringify({ ms: STEP_MS, work: counts.take(), samples: [] });
    await redis.xadd(ringKey(keyPrefix), `${step + STEP_MS}-${process}`, 'record', record);
  }
  await redis.xadd(
    ringKey(keyPrefix),
    `${step + STEP_MS}-9`,
    'record',
    '{"of":"a later Millrace"}',
  );
  return step;
}

test('what two processes counted is one series, and its percentiles are of both', async (t) => {
  const env = await openTestEnvironment(t);
  const step = await writeLately(env);
  const host = await startTestHost(t, { env });
  const metrics = (await ask(host)).json<MetricsResponse>();
  t.equal(metrics.times.length, HOUR_MS / STEP_MS);
  const at = metrics.times.indexOf(step);
  const payments = metrics.streams
    .find(({ stream }) => stream === where.stream)
    ?.groups.find(({ group }) => group === where.group);
  t.equal(payments?.handled[at], 4, 'forty entries in ten seconds');
  t.ok(payments!.p50Ms[at]! < 6 && payments!.p95Ms[at]! > 600);
  const some = `?from=${new Date(step).toISOString()}&to=${new Date(step + STEP_MS).toISOString()}`;
  t.same((await ask(host, some)).json<MetricsResponse>().times, [step]);

  const csv = await ask(host, `${some}&format=csv&timeZone=Asia/Kathmandu`);
  t.match(csv.headers['content-disposition'], /^attachment; filename="metrics-[\d-]+\.csv"$/);
  const [header, ...lines] = csv.body.split('\r\n');
  t.match(header, /^\uFEFFTime \(Asia\/Kathmandu\),Stream,Group,Added\/s/);
  const local = new Date(step + (5 * 60 + 45) * 60_000)
    .toISOString()
    .slice(0, 19)
    .replace('T', ' ');
  t.ok(lines.some((line) => line.startsWith(`${local},ORDERS_STREAM,payments,,,4,`)));
});

test('what does not fit is refused, and so is who is no operator', async (t) => {
  const host = await startTestHost(t);
  for (const query of [
    '?from=yesterday',
    '?timeZone=Mars/Base',
    '?format=xml',
    '?to=2020-01-01T00:00:00Z',
  ])
    t.equal((await ask(host, query)).statusCode, 400, query);
  t.match((await ask(host, '?timeZone=Mars/Base')).json(), { detail: /Europe\/Berlin/ });
  t.equal((await host.app.inject('/api/admin/metrics')).statusCode, 401);
});

test('the orders of a shop in many processes are seen, with lag and durations, in each of them', async (t) => {
  const shop = await startSplitShop(t);
  await seed(shop, [{ productId: 'a' }]);
  await Promise.all(
    Array.from({ length: 5 }, async () => ended(shop, await place(shop, { a: 1 }))),
  );
  const streams = await eventually('the orders are seen', async () => {
    const { streams: seen } = (await ask(shop)).json<MetricsResponse>();
    const orders = seen.find(({ stream }) => stream === where.stream);
    const payments = orders?.groups.find(({ group }) => group === where.group);
    return total(payments?.handled) > 0 && seen;
  });
  const orders = streams.find(({ stream }) => stream === where.stream)!;
  for (const { group, handled, lag, p50Ms } of orders.groups) {
    t.ok(total(handled) * (STEP_MS / 1000) >= 4.5, `${group} has handled them`);
    t.ok(
      p50Ms.some((ms) => ms !== null && ms > 0),
      `${group} took some time`,
    );
    t.ok(lag.includes(0), `${group} has a lag that is known`);
  }
  t.ok(streams.length >= 4, 'each stream is sampled by a process that knows it');
});

test('the ring is bounded by number and by time, and small', async (t) => {
  const { redis, keyPrefix } = await openTestEnvironment(t);
  const key = ringKey(keyPrefix);
  const twoHoursAgo = Date.now() - 2 * HOUR_MS;
  for (let i = 0; i < 300; i += 1) await redis.xadd(key, `${twoHoursAgo}-${i + 1}`, 'record', '{}');
  for (let i = 0; i < 700; i += 1) {
    const { counts, stop } = openWriter({ redis, keyPrefix }, 200);
    for (let ms = 1; ms < 50; ms += 1)
      counts.observer.handled(where, 'order.placed', 10, ms / 1000);
    await stop();
  }
  // Redis removes whole nodes of a stream, of a hundred entries at most.
  const length = await redis.xlen(key);
  t.ok(length >= 200 && length <= 300, `${length} records are kept of 200`);
  const [[oldest] = ['']] = await redis.xrange(key, '-', '+', 'COUNT', 1);
  t.ok(Number(oldest.split('-')[0]) > Date.now() - HOUR_MS, 'those of before have gone');
  t.ok((await redis.pttl(key)) > HOUR_MS, 'and all go where no process runs any more');
  const bytes = (await redis.memory('USAGE', key, 'SAMPLES', 0)) as number;
  t.ok(bytes / length < 400, `a record takes ${Math.round(bytes / length)} bytes`);
});

test('nothing is written where nothing happened, and nothing breaks where Redis is away', async (t) => {
  const env = await openTestEnvironment(t);
  await openWriter(env).stop();
  t.equal(await env.redis.exists(ringKey(env.keyPrefix)), 0);

  const away = new Redis(env.redisUrl);
  away.disconnect();
  const { counts, stop } = openWriter({ redis: away, keyPrefix: env.keyPrefix });
  counts.observer.retried(where);
  await stop();
  t.same(counts.take(), [], 'what could not be written is dropped: counts do not grow');
});

/** Waits for a sample of the orders' stream that was written after a moment of Redis. */
const sampled = (env: TestEnvironment, after: number) =>
  eventually('the stream is sampled', async () => {
    const written = await readRing(env.redis, env.keyPrefix, {
      from: after + 1,
      to: Date.now() + STEP_MS,
    });
    return written.findLast(({ record }) =>
      record.samples.some(({ stream }) => stream === where.stream),
    );
  });

test('one process samples a stream at a time, and another goes on when it is killed', async (t) => {
  const env = await openTestEnvironment(t);
  const first = await startProcess(t, env);
  await sampled(env, 0);
  await startProcess(t, env);
  await first.end('SIGKILL');
  const [seconds] = await env.redis.time();
  await sampled(env, Number(seconds) * 1000 + 1000);
  const all = await readRing(env.redis, env.keyPrefix, { from: 0, to: Date.now() + STEP_MS });
  const times = all.flatMap(({ at, record }) => (record.samples.length > 0 ? [at] : []));
  const near = times.filter((at, i) => i > 0 && at - times[i - 1]! < 2000);
  t.ok(times.length >= 2);
  t.ok(near.length <= 1, 'but after its start, no process sampled again what another just had');
});

test('the ring lives on one node of a Redis Cluster', async (t: Test) => {
  const cluster = await openRedisCluster(t);
  const env = await openTestEnvironment(t, cluster.url);
  const host = await startTestHost(t, { env });
  await eventually('the streams are seen', async () => {
    const { streams } = (await ask(host)).json<MetricsResponse>();
    return streams.some(({ length }) => length.some((points) => points !== null));
  });
  t.pass();
});
