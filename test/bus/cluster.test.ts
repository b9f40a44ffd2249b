/** The bus on a Redis Cluster: its promises hold while slots move, and masters die. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test, type Test } from 'tap';
import { openRedisCluster } from '../redis-cluster.ts';
import { eventually, openTestEnvironment } from '../support.ts';
import { listen, openBus, pendingOf } from './kit.ts';

/** A bus on a cluster of its own. */
async function openOnCluster(t: Test) {
  const cluster = await openRedisCluster(t);
  const env = await openTestEnvironment(t, cluster.url);
  return { cluster, kit: await openBus(t, { env }) };
}

const things = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ k: `key-${(from + i) % 7}`, n: from + i }));

test('a reader follows its stream to another node, and what comes meanwhile is handled in order by key', async (t) => {
  const { cluster, kit } = await openOnCluster(t);
  const seen = listen(kit);
  await kit.bus.start();
  await kit.append(...things(0, 50));
  await eventually('it works before', () => seen.length === 50);

  const moved = cluster.move(kit.key);
  let appended = 50;
  let moving = true;
  void moved.finally(() => (moving = false));
  while (moving) {
    await kit.append(...things(appended, 10));
    appended += 10;
  }
  t.equal(await cluster.masterOf(kit.key), await moved, 'it is on another node');
  await kit.append(...things(appended, 50));
  appended += 50;
  await eventually(
    'all are handled',
    () => new Set(seen.map(({ data }) => data.n)).size >= appended,
  );
  await eventually('all are acknowledged', async () => (await pendingOf(kit)) === 0);
});

test('a process ends by itself although its connection is closed while that asks where the slots are', async (t) => {
  const { url } = await openRedisCluster(t);
  const program = `
    import { pino } from 'pino';
    import { connectRedis } from './src/stores/redis.ts';
    const cluster = await connectRedis('${url}', pino({ level: 'silent' }));
    const ask = cluster.refreshSlotsCache.bind(cluster);
    cluster.refreshSlotsCache = (answered) => {
      ask(answered);
      cluster.disconnect();
    };`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    cwd: join(import.meta.dirname, '..', '..'),
    stdio: 'inherit',
  });
  t.teardown(() => child.kill('SIGKILL'));
  await eventually('it has ended', () => child.exitCode !== null);
  t.equal(child.exitCode, 0);
});
