/** A Redis Cluster that cannot be used: what is wrong and what to do is said at the start, and by readiness later. */
import { pino } from 'pino';
import { test, type Test } from 'tap';
import { findRedis } from '../../engines/locate.mjs';
import { freePort } from '../../engines/port.ts';
import { redisProgram } from '../../engines/redis.ts';
import { connectRedis } from '../../src/stores/redis.ts';
import { openRedis } from '../own-engines.ts';
import { openRedisCluster } from '../redis-cluster.ts';
import { openServers, pathOf } from '../servers.ts';
import { eventually, openTestEnvironment, startTestHost } from '../support.ts';

const log = pino({ level: 'silent' });

/** Starts a Redis with further options; gives its address and a client. */
async function start(t: Test, ...more: string[]) {
  const { port } = await openServers(t)('redis', (home, onPort) => {
    const program = redisProgram(pathOf(findRedis()), home, onPort);
    return { ...program, args: [...program.args, ...more] };
  });
  return { address: `127.0.0.1:${port}`, redis: openRedis(t, `redis://127.0.0.1:${port}`) };
}

/** Starts a node of a cluster that has no slots yet. */
async function startNode(t: Test, ...more: string[]) {
  const busPort = await freePort();
  return start(t, '--cluster-enabled', 'yes', '--cluster-port', `${busPort}`, ...more);
}

/** Gives a node all slots: a cluster of one. */
async function serveAll({ redis }: Awaited<ReturnType<typeof start>>): Promise<void> {
  // One that has met no other does not know its own.
  await redis.config('SET', 'cluster-announce-ip', '127.0.0.1');
  await redis.cluster('ADDSLOTSRANGE', 0, 16_383);
  await eventually('it serves', async () =>
    (await redis.cluster('INFO')).includes('cluster_state:ok'),
  );
}

/** What a connection is refused with. */
async function refusal(url: string): Promise<string> {
  try {
    (await connectRedis(url, log)).disconnect();
    return 'it was not refused';
  } catch (error) {
    return (error as Error).message;
  }
}

test('one server in place of a cluster, and a node of a cluster in place of one server', async (t) => {
  const { address } = await start(t);
  t.equal(
    await refusal(`redis+cluster://${address}`),
    `The Redis in REDIS_URL is a server of its own, not a node of a cluster. Write redis:// there. (Redis at ${address})`,
  );
  const node = await startNode(t);
  await serveAll(node);
  t.match(
    await refusal(`redis://${node.address}`),
    /^The Redis in REDIS_URL is a node of a cluster\. Write redis\+cluster:\/\/ there/,
  );
  t.equal(await refusal(`redis+cluster://${node.address}`), 'it was not refused');
});

test('slots that no master serves', async (t) => {
  const { address } = await startNode(t);
  t.match(
    await refusal(`redis+cluster://${address}`),
    /^The Redis Cluster has slots that no master serves\. .*redis-cli --cluster fix/,
  );
});

test('one node of those that are named is enough, none is not', async (t) => {
  const node = await startNode(t);
  await serveAll(node);
  const nobody = `127.0.0.1:${await freePort()}`;
  t.equal(await refusal(`redis+cluster://${nobody},${node.address}`), 'it was not refused');
  t.match(
    await refusal(`redis+cluster://${nobody},nowhere.invalid:1`),
    new RegExp(`^Redis at ${nobody},nowhere\\.invalid:1 cannot be reached: .*ENOTFOUND`),
  );
});

test('a password that is missing or wrong is said and not shown', async (t) => {
  const node = await startNode(t);
  await serveAll(node);
  await node.redis.config('SET', 'requirepass', 'right');
  t.match(await refusal(`redis+cluster://${node.address}`), /^Redis wants a password\./);
  const wrong = await refusal(`redis+cluster://:hunter2@${node.address}`);
  t.match(wrong, /^Redis does not take the user and the password in REDIS_URL\./);
  t.notMatch(wrong, /hunter2/);
  t.equal(await refusal(`redis+cluster://:right@${node.address}`), 'it was not refused');
});

test('a node that announces no address, or one where it is not', async (t) => {
  const elsewhere = `${await freePort()}`;
  const node = await startNode(t, '--cluster-announce-port', elsewhere);
  await serveAll(node);
  await node.redis.config('SET', 'cluster-announce-ip', '');
  t.match(
    await refusal(`redis+cluster://${node.address}`),
    /^The nodes in REDIS_URL do not tell the addresses .* cluster-announce-ip ADDRESS/,
  );
  await node.redis.config('SET', 'cluster-announce-ip', '127.0.0.1');
  t.match(
    await refusal(`redis+cluster://${node.address}`),
    new RegExp(`names a node that cannot be reached at 127\\.0\\.0\\.1:${elsewhere}: .*announce`),
  );
});

test('one master that evicts, and one that takes no writes', async (t) => {
  const cluster = await openRedisCluster(t);
  const env = await openTestEnvironment(t, cluster.url);
  const last = openRedis(t, `redis://${cluster.addresses[2]!}`);
  await last.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await t.rejects(startTestHost(t, { env }), { message: /maxmemory-policy allkeys-lru/ });
  await last.config('SET', 'maxmemory-policy', 'noeviction');

  const host = await startTestHost(t, { env });
  const readiness = async () => (await host.app.inject('/readyz')).body;
  await eventually('all is well', async () => (await readiness()).includes('"ready"'));
  await last.config('SET', 'maxmemory', '1');
  await eventually('it is said', async () => (await readiness()).includes('Redis is full'));
  await last.config('SET', 'maxmemory', '0');
  await eventually('it is over', async () => (await readiness()).includes('"ready"'));
});
