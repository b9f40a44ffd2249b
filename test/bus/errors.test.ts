/** Failures are told apart: a store that is away, and an entry that cannot be handled. */
import { rmSync } from 'node:fs';
import { Redis } from 'ioredis';
import { MongoBulkWriteError, MongoNetworkError, MongoServerError } from 'mongodb';
import { test, type Test } from 'tap';
import { findRedis } from '../../engines/locate.mjs';
import { asError, isUnavailable } from '../../src/bus/errors.ts';
import { freePort } from '../../engines/port.ts';
import { redisProgram } from '../../engines/redis.ts';
import { isDuplicateKey } from '../../src/stores/mongodb.ts';
import { redisRefusal } from '../../src/stores/refusals.ts';
import { openRedis } from '../own-engines.ts';
import { openServers, pathOf } from '../servers.ts';
import { eventually, openTestEnvironment } from '../support.ts';

test('what comes of a store that is away does not count against an entry, and nothing else', async (t) => {
  t.ok(isUnavailable(new MongoNetworkError('gone')));
  t.ok(isUnavailable(new MongoServerError({ message: 'not primary', code: 10107 })));
  t.ok(isUnavailable(new MongoServerError({ message: 'not authorized', code: 13 })));
  for (const label of ['TransientTransactionError', 'UnknownTransactionCommitResult'])
    t.ok(isUnavailable(new MongoServerError({ message: 'given up', errorLabels: [label] })), label);
  t.ok(isUnavailable(new Error('cannot be stored', { cause: new MongoNetworkError('gone') })));
  t.ok(isUnavailable(Object.assign(new Error('not confirmed'), { unavailable: true })));
  t.notOk(isUnavailable(new Error('cannot be done')));
  t.notOk(isUnavailable(new MongoServerError({ message: 'duplicate', code: 11000 })));
  t.notOk(isUnavailable(new Error('read ECONNRESET')), 'it says not whose connection that was');
  const refused = await fetch(`http://127.0.0.1:${await freePort()}`).catch(asError);
  t.match(refused, { cause: { code: 'ECONNREFUSED' } });
  t.notOk(isUnavailable(refused as Error), 'a target of the handler itself');
});

test('a Redis that does not do what it could do later is away, by every code that it has for it', async (t) => {
  const redis = await openRedisServer(t);
  const { options } = redis;
  const of = async (code: string | RegExp, call: () => Promise<unknown>): Promise<void> => {
    const error = await call().then(() => new Error('it did'), asError);
    t.match(error.message, code);
    t.ok(isUnavailable(error), String(code));
  };
  const write = () => redis.set('key', 1);
  const inScript = () => redis.eval("return redis.call('SET', KEYS[1], 1)", 1, 'key');
  const inTransaction = () => redis.multi().set('key', 1).exec();
  const set = async (name: string, value: string, code: string): Promise<void> => {
    const [, before = ''] = (await redis.config('GET', name)) as string[];
    await redis.config('SET', name, value);
    for (const call of [write, inScript]) await of(code, call);
    await of('EXECABORT', inTransaction);
    await redis.config('SET', name, before);
  };
  await set('min-replicas-to-write', '1', 'NOREPLICAS');
  await set('maxmemory', '1', 'OOM');

  await redis.replicaof('127.0.0.1', 1);
  await of('READONLY', write);
  await redis.config('SET', 'replica-serve-stale-data', 'no');
  await of('MASTERDOWN', () => redis.get('key'));
  await redis.replicaof('NO', 'ONE');

  await redis.acl('SETUSER', 'default', '-set', '+@all', '-set');
  await of('NOPERM', write);
  await of(/^ERR (The user executing the script|ACL failure in script)/, inScript);
  const refused: unknown = await inScript().catch((error: unknown) => error);
  t.match(redisRefusal(refused), /npm run access/, 'it says what to do');
  await of('EXECABORT', inTransaction);
  await redis.acl('SETUSER', 'default', '+@all');

  const other = openRedis(t, `redis://127.0.0.1:${options.port}`);
  const id = await other.client('ID');
  const read = other.xread('BLOCK', 0, 'STREAMS', 'stream', '$');
  // It is refused before the command that refuses it has its answer.
  await of('UNBLOCKED', async () => {
    const unblock = eventually('it blocks', () => redis.client('UNBLOCK', id, 'ERROR'));
    await Promise.all([read, unblock]);
  });
  await redis.config('SET', 'busy-reply-threshold', '1');
  const script = other.eval('while true do end', 0).catch(() => undefined);
  await of('BUSY', () => eventually('it is busy', async () => (await redis.ping()) !== 'PONG'));
  await redis.script('KILL');
  await script;

  await redis.config('SET', 'requirepass', 'secret');
  const stranger = new Redis(options.port!, { enableReadyCheck: false, retryStrategy: () => null });
  t.teardown(() => stranger.disconnect());
  await of('NOAUTH', () => stranger.get('key'));
  await of('WRONGPASS', () => redis.call('AUTH', 'wrong'));
  await redis.config('SET', 'requirepass', '');

  const wrong = await redis.call('SET', 'key').then(() => new Error('it did'), asError);
  t.notOk(isUnavailable(wrong), wrong.message);
  const aborted = await redis
    .multi([['set', 'key']])
    .exec()
    .then(() => new Error('it did'), asError);
  t.match(aborted.message, /EXECABORT/);
  t.notOk(isUnavailable(aborted), 'a transaction that could never be carried out');
  redis.disconnect();
  await of('Connection is closed', write);
});

test('a Redis whose snapshots fail, and one that has no part of its cluster, are away', async (t) => {
  const failing = await openRedisServer(t, ['--save', '3600 1']);
  const [, home = ''] = (await failing.config('GET', 'dir')) as string[];
  // Its working directory is gone, so that not even root can write there.
  rmSync(home, { recursive: true });
  await failing.set('key', 1);
  await failing.bgsave();
  const error = await eventually('it takes no writes', () =>
    failing.set('key', 1).then(() => undefined, asError),
  );
  t.match(error.message, /^MISCONF/);
  t.ok(isUnavailable(error));

  const clustered = await openRedisServer(t, [
    '--cluster-enabled',
    'yes',
    '--cluster-port',
    `${await freePort()}`,
  ]);
  const down = await clustered.set('key', 1).then(() => new Error('it did'), asError);
  t.match(down.message, /^CLUSTERDOWN/);
  t.ok(isUnavailable(down));
});

/** A Redis of the test's own. */
async function openRedisServer(t: Test, more: string[] = []): Promise<Redis> {
  const path = pathOf(findRedis());
  const { port } = await openServers(t)('redis', (home, free) => {
    const program = redisProgram(path, home, free);
    return { ...program, args: [...program.args, ...more] };
  });
  return openRedis(t, `redis://127.0.0.1:${port}`);
}

test('a bulk write that lost its connection is not taken for one of duplicates', async (t) => {
  const { mongodb, databasePrefix } = await openTestEnvironment(t);
  const collection = mongodb.db(`${databasePrefix}errors`).collection<{ _id: string }>('things');
  await collection.insertOne({ _id: 'a' });
  const duplicates = await collection
    .insertMany([{ _id: 'a' }, { _id: 'b' }], { ordered: false })
    .catch((error: unknown) => error);
  t.ok(isDuplicateKey(duplicates));

  const result = (duplicates as MongoBulkWriteError).result;
  const lost = new MongoBulkWriteError(new MongoNetworkError('read ECONNRESET'), result);
  t.notOk(isDuplicateKey(lost));
  t.ok(isUnavailable(lost));
});
