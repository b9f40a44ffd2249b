/** A Redis that may delete streams is refused at the start. */
import { pino } from 'pino';
import { test } from 'tap';
import { checkEviction } from '../../src/stores/eviction.ts';
import { openOwnEngines, openRedis } from '../own-engines.ts';
import { openTestEnvironment } from '../support.ts';

test('maxmemory-policy: what could delete streams is refused, with the command that mends it', async (t) => {
  const { mongodbUrl } = await openTestEnvironment(t);
  const engines = await openOwnEngines(t, { mongodbUrl });
  const redis = openRedis(t, engines.redisUrl);
  const log = pino({ level: 'silent' });
  await t.resolves(checkEviction(redis, log), 'the engine that Millrace starts is set rightly');

  for (const policy of ['allkeys-lru', 'allkeys-random']) {
    await redis.config('SET', 'maxmemory-policy', policy);
    await t.rejects(checkEviction(redis, log), {
      message: /CONFIG SET maxmemory-policy noeviction/,
    });
  }
  await redis.config('SET', 'maxmemory-policy', 'volatile-lru');
  await t.resolves(checkEviction(redis, log), 'streams have no time to live');
});
