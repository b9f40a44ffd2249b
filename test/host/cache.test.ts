/** Cache-aside: one load a key, and nothing old once it was dropped. */
import { pino } from 'pino';
import { test } from 'tap';
import { createCache } from '../../src/stores/cache.ts';
import { createGet } from '../../src/stores/redis-get.ts';
import { connectRedis } from '../../src/stores/redis.ts';
import { eventually, openTestEnvironment, type TestEnvironment } from '../support.ts';

const MEMORY_BYTES = 10_000;

const failing = async (): Promise<never> => {
  throw new Error('away');
};

function cacheOn(
  { redis, keyPrefix }: Pick<TestEnvironment, 'redis' | 'keyPrefix'>,
  ttlMs = 60_000,
) {
  const prefix = `${keyPrefix}cache:`;
  const get = createGet(redis);
  const cache = createCache({ redis, get, prefix, ttlMs, memoryBytes: MEMORY_BYTES });
  return {
    ...cache,
    async get(scope: string, key: string, load: () => Promise<string>) {
      const { body, hit } = await cache.get(scope, key, load);
      return { value: String(body), hit };
    },
  };
}

test('what is kept is given until its scope is dropped', async (t) => {
  const cache = cacheOn(await openTestEnvironment(t));
  let price = 1;
  const read = () => cache.get('a', 'price', async () => `${price}`);
  t.same(await read(), { value: '1', hit: false });
  price = 2;
  t.same(await read(), { value: '1', hit: true });
  await cache.drop(['b']);
  t.same(await read(), { value: '1', hit: true }, 'another scope was dropped');
  await cache.drop(['a']);
  t.same(await read(), { value: '2', hit: false });
});

test('answers are kept up to a size and for a time', async (t) => {
  const env = await openTestEnvironment(t);
  const [cache, brief] = [cacheOn(env), cacheOn(env, 100)];
  const large = 'x'.repeat(MEMORY_BYTES);
  const read = (one: typeof cache, key: string) => one.get('a', key, async () => 'new');
  for (const [key, value] of Object.entries({ small: 'old', large }))
    await cache.get('a', key, async () => value);
  t.same(await read(cache, 'small'), { value: 'old', hit: true });
  t.same(await read(cache, 'large'), { value: 'new', hit: false });
  await brief.get('a', 'brief', async () => 'old');
  await eventually('its time is over', async () => (await read(brief, 'brief')).value === 'new');
});

test('what another process drops is not given any more, wherever it is ready', async (t) => {
  const env = await openTestEnvironment(t);
  const caches = [cacheOn(env), cacheOn(env)];
  const readAll = (value: string) =>
    Promise.all(caches.map(async (one) => (await one.get('a', 'key', async () => value)).value));
  t.same(await readAll('old'), ['old', 'old']);
  await caches[0]!.drop(['a']);
  t.same(await readAll('new'), ['new', 'new']);
});

test('what was being loaded while its scope was dropped is not given afterwards', async (t) => {
  const cache = cacheOn(await openTestEnvironment(t));
  const loading = Promise.withResolvers<void>();
  const going = Promise.withResolvers<void>();
  const old = cache.get('a', 'price', async () => {
    loading.resolve();
    await going.promise;
    return 'old';
  });
  await loading.promise;
  await cache.drop(['a']);
  t.same(await cache.get('a', 'price', async () => 'new'), { value: 'new', hit: false });
  going.resolve();
  t.same(await old, { value: 'old', hit: false }, 'who asked before gets what was true then');
  t.same(await cache.get('a', 'price', async () => 'newer'), { value: 'new', hit: true });
});

test('a stampede loads once', async (t) => {
  const env = await openTestEnvironment(t);
  const cache = cacheOn(env);
  let loads = 0;
  const load = async () => {
    loads += 1;
    // A load that takes as long as some round trips to Redis.
    for (let i = 0; i < 20; i += 1) await env.redis.ping();
    return 'value';
  };
  const all = Array.from({ length: 200 }, () => cache.get('a', 'key', load));
  t.same(new Set((await Promise.all(all)).map(({ value }) => value)), new Set(['value']));
  t.equal(loads, 1);
});

test('a load that fails is an error for all who wait, and is tried anew', async (t) => {
  const cache = cacheOn(await openTestEnvironment(t));
  const [one, other] = await Promise.allSettled([
    cache.get('a', 'key', failing),
    cache.get('a', 'key', failing),
  ]);
  t.match([one, other], [{ status: 'rejected' }, { status: 'rejected' }]);
  t.same(await cache.get('a', 'key', async () => '1'), { value: '1', hit: false });
});

test('without Redis all is loaded, and dropping says that it failed', async (t) => {
  const env = await openTestEnvironment(t);
  const redis = await connectRedis(env.redisUrl, pino({ level: 'silent' }));
  redis.disconnect();
  const cache = cacheOn({ redis, keyPrefix: env.keyPrefix });
  t.same(await cache.get('a', 'key', async () => '1'), { value: '1', hit: false });
  await t.rejects(cache.drop(['a']));
});
