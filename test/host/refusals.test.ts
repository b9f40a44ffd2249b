/** Engines that refuse: what is wrong and what to do is said at the start, and by readiness later. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { pino } from 'pino';
import { test, type Test } from 'tap';
import { connectMongodb } from '../../src/stores/mongodb.ts';
import { connectRedis } from '../../src/stores/redis.ts';
import { redisRefusal } from '../../src/stores/refusals.ts';
import { PASSWORD, startGuardedMongodb, startRedis } from '../guarded-engines.ts';
import { openRedis } from '../own-engines.ts';
import { refusedStart } from '../process.ts';
import { eventually, openTestEnvironment, startTestHost } from '../support.ts';

const log = pino({ level: 'silent' });

/** Starts a Redis with further options; gives its address. */
async function redisWith(t: Test, ...more: string[]): Promise<string> {
  return `127.0.0.1:${(await startRedis(t, ...more)).port}`;
}

/** What the connection is refused with. */
async function refusal(connecting: Promise<unknown>): Promise<string> {
  const settled = await connecting.then(
    () => 'it was not refused',
    (error: unknown) => error,
  );
  return settled instanceof Error ? settled.message : String(settled);
}

const at = (url: string) => refusal(connectRedis(url, log));

test('a Redis that wants a password, knows another one, or has no such database', async (t) => {
  const address = await redisWith(t, '--requirepass', 'right');
  t.match(await at(`redis://${address}`), /^Redis wants a password\. Write it into REDIS_URL/);
  const wrong = await at(`redis://:hunter2@${address}`);
  t.match(wrong, /^Redis does not take the user and the password in REDIS_URL\. Correct them/);
  t.match(wrong, `(Redis at ${address})`);
  t.notMatch(wrong, /hunter2/);
  t.match(
    await at(`redis://:right@${address}/99`),
    /^Redis has no database of the number at the end/,
  );
  (await connectRedis(`redis://:right@${address}/1`, log)).disconnect();
});

test('no message and no line of the log shows the password of Redis', async (t) => {
  const address = await redisWith(t, '--requirepass', 'right');
  const { environment } = await openTestEnvironment(t);
  const LOG_LEVEL = 'debug';
  const REDIS_URL = `redis://:hunter2@${address}`;
  const stderr = await refusedStart(t, { ...environment, REDIS_URL, LOG_LEVEL }, [
    // Both outputs, in one.
    'sh',
    '-c',
    `exec '${process.execPath}' "$0" "$@" 1>&2`,
  ]);
  t.match(stderr, /Redis cannot be reached; connecting again/, 'the log is in it');
  t.notMatch(stderr, /hunter2/);
});

test('a Redis that is not there, or speaks TLS where that was not asked for', async (t) => {
  t.match(
    await at('redis://nowhere.invalid:6379'),
    /^Redis at nowhere\.invalid:6379 cannot be reached: .*ENOTFOUND.*correct REDIS_URL\.$/,
  );
  const server = createServer().listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  t.match(
    await at(`redis://u:hunter2@127.0.0.1:${port}`),
    /If it speaks TLS, write rediss:\/\/ there/,
  );
});

test('an error of a transaction that holds itself, as where the connection ends in the middle', (t) => {
  const error = new Error('Reached the max retries');
  t.equal(redisRefusal(Object.assign(error, { previousErrors: [error] })), undefined);
  t.end();
});

test('a Redis that may not do what Millrace needs', async (t) => {
  const { environment } = await openTestEnvironment(t);
  const address = await redisWith(t);
  const redis = openRedis(t, `redis://${address}`);
  await redis.acl('SETUSER', 'shop', 'on', '>right', '~other:*', '+@all');
  const REDIS_URL = `redis://shop:right@${address}`;
  const forbidden = await refusedStart(t, { ...environment, REDIS_URL });
  t.match(forbidden, /Redis does not permit the user in REDIS_URL [A-Z]+, .*npm run access prints/);
});

test('a Redis that is full, at the start and while the shop runs', async (t) => {
  const env = await openTestEnvironment(t);
  const address = await redisWith(t);
  const redisUrl = `redis://${address}`;
  const redis = openRedis(t, redisUrl);
  await redis.config('SET', 'maxmemory', '1');
  const stderr = await refusedStart(t, { ...env.environment, REDIS_URL: redisUrl });
  t.match(
    stderr,
    /did not start\. Redis is full: .* maxmemory .* Raise that \(redis-cli CONFIG SET/,
  );

  await redis.config('SET', 'maxmemory', '0');
  const host = await startTestHost(t, { env: { ...env, redisUrl } });
  const ready = () => host.app.inject('/readyz');
  await eventually('it is ready', async () => (await ready()).statusCode === 200);
  await redis.config('SET', 'maxmemory', '1');
  const told = await eventually('readiness tells', async () => {
    const response = await ready();
    return response.statusCode === 503 && response.json<{ troubles: string[] }>();
  });
  t.match(told.troubles[0], /^Redis is full: .* maxmemory/);
  await redis.config('SET', 'maxmemory', '0');
  await eventually('it is ready again', async () => (await ready()).statusCode === 200);
});

test('a MongoDB that wants a login, knows another password, or grants too little', async (t) => {
  const { environment } = await openTestEnvironment(t);
  const { url, root } = await startGuardedMongodb(t);
  await root.db('admin').command({ createUser: 'guest', pwd: PASSWORD, roles: [] });

  const start = (user?: string) =>
    refusedStart(t, { ...environment, MONGODB_URL: url(user), LOG_LEVEL: 'silent' });
  t.match(await start(), /did not start\. MongoDB wants a login\. Write it into MONGODB_URL/);
  const wrong = await refusal(connectMongodb(url('root', 'hunter2')));
  t.match(wrong, /^MongoDB does not take the user and the password in MONGODB_URL\. Correct them/);
  t.notMatch(wrong, /hunter2/);
  t.match(
    await start('guest'),
    /MongoDB does not permit the user in MONGODB_URL to work on test_\w+_host\. npm run access prints/,
  );
});

test('a MONGODB_URL that the driver cannot read is named, without its password', async (t) => {
  const url = 'mongodb://someone:hunter2@127.0.0.1/?no=such';
  const message = await refusal(connectMongodb(url));
  t.match(message, /^MONGODB_URL cannot be read: .*not supported\. Correct it\.$/);
  t.notMatch(message, /hunter2/);
});
