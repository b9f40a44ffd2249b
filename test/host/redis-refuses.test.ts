/** A Redis that refuses writes: who signs in is told to come back, and the log says why. */
import { test } from 'tap';
import { begin, guest, bearer, register } from '../modules/gateway/client.ts';
import { openOwnEngines, openRedis } from '../own-engines.ts';
import { eventually, openTestEnvironment, startTestHost } from '../support.ts';

test('replicas that are missing, memory that is full, a user that may not: 503 and Retry-After, until it is mended', async (t) => {
  const shared = await openTestEnvironment(t);
  const { redisUrl } = await openOwnEngines(t, { mongodbUrl: shared.mongodbUrl });
  const host = await startTestHost(t, { env: { ...shared, redisUrl } });
  const redis = openRedis(t, redisUrl);
  const account = { email: 'ada@example.com', password: 'correct horse battery staple' };
  t.equal((await register(host, account, bearer(await guest(host)))).statusCode, 201);
  const signsIn = async () => (await begin(host, account)).statusCode === 201;
  t.ok(await signsIn());

  const states = [
    {
      code: 'NOREPLICAS',
      begin: () => redis.config('SET', 'min-replicas-to-write', '1'),
      end: () => redis.config('SET', 'min-replicas-to-write', '0'),
    },
    {
      code: 'OOM',
      begin: () => redis.config('SET', 'maxmemory', '1'),
      end: () => redis.config('SET', 'maxmemory', '0'),
    },
    {
      code: 'NOPERM',
      begin: () => redis.acl('SETUSER', 'default', '-incrby'),
      end: () => redis.acl('SETUSER', 'default', '+@all'),
    },
    {
      code: 'READONLY',
      begin: () => redis.replicaof('127.0.0.1', 1),
      end: () => redis.replicaof('NO', 'ONE'),
    },
  ];
  for (const state of states) {
    await state.begin();
    const refused = await begin(host, account);
    t.equal(refused.statusCode, 503, state.code);
    t.match(refused.headers, { 'retry-after': /^\d+$/ }, state.code);
    t.match(refused.json(), { type: 'urn:millrace:problem:unavailable' });
    t.notOk(refused.body.includes(state.code), 'what is wrong inside is for the log');
    await state.end();
    await eventually(`${state.code} is over`, signsIn);
  }
});
