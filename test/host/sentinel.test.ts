/** Redis may fail over to a replica that was behind: nothing is lost, nothing is done twice. */
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { test } from 'tap';
import { loadConfig } from '../../src/config/index.ts';
import { connectRedis } from '../../src/stores/redis.ts';
import { parseSentinelUrl } from '../../src/stores/redis-url.ts';
import { openSentinel } from '../redis-sentinel.ts';
import { LOSSES, openShop, sellThroughLoss } from '../selling.ts';
import { eventually } from '../support.ts';

for (const [how, what] of LOSSES)
  test(`${what}, and its replica lacks the newest events`, async (t) => {
    const set = await openSentinel(t);
    await sellThroughLoss(t, await openShop(t, set.url), {
      ...set,
      loseMaster: () => set.loseMaster(how),
    });
  });

test('a fail-over that is told of while the client looks for the master does not end the client', async (t) => {
  const set = await openSentinel(t);
  const redis = (await connectRedis(set.url, pino({ level: 'silent' }))) as Redis;
  t.teardown(() => redis.disconnect());
  const { connector } = redis as unknown as { connector: { disconnect(): void } };
  redis.once('connecting', () => connector.disconnect());
  redis.disconnect(true);
  await new Promise((resolve) => redis.once('end', resolve));
  await eventually('it is connected again', () => redis.ping().catch(() => undefined));
});

test('REDIS_URL names Sentinels, the master, and what either wants to know', (t) => {
  t.same(parseSentinelUrl('redis+sentinel://a,b:1234,[::1]:5/shop'), {
    sentinels: [
      { host: 'a', port: 26_379 },
      { host: 'b', port: 1234 },
      { host: '::1', port: 5 },
    ],
    name: 'shop',
    db: 0,
  });
  t.match(
    parseSentinelUrl(
      'rediss+sentinel://user:p%40ss@a:1/shop/2?sentinelUsername=u&sentinelPassword=s%2F',
    ),
    {
      sentinels: [{ host: 'a', port: 1 }],
      name: 'shop',
      db: 2,
      username: 'user',
      password: 'p@ss',
      sentinelUsername: 'u',
      sentinelPassword: 's/',
      tls: {},
      enableTLSForSentinelMode: true,
    },
  );
  t.equal(parseSentinelUrl('redis://a:1/2'), undefined, 'one server is no Sentinel');
  for (const url of ['redis+sentinel://a,b', 'redis+sentinel://a,b/', 'redis+other://a,b'])
    t.throws(() => loadConfig({ REDIS_URL: url }), { message: /REDIS_URL/ }, url);
  t.ok(loadConfig({ REDIS_URL: 'redis+sentinel://a,b/shop' }));
  t.end();
});
