/** A real Redis master with a replica and a Sentinel, of a test's own: the master may be lost. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import type { Test } from 'tap';
import { findRedis } from '../setup/locate.mjs';
import { startChild, type Child } from '../src/engines/child.ts';
import { freePort } from '../src/engines/port.ts';
import { redisProgram } from '../src/engines/redis.ts';
import { openRedis } from './own-engines.ts';
import { eventually } from './support.ts';

const MASTER = 'millrace';

export interface SentinelSet {
  /** REDIS_URL as it names the Sentinel. */
  url: string;
  /** Cuts the replica off: what is written from now on is on the master alone. */
  cutReplicaOff(): Promise<void>;
  /**
   * Kills the master for good, or lets it stand still; resolves when the replica is master, with the
   * number of bytes of replication that it lacks.
   */
  loseMaster(how: 'SIGKILL' | 'SIGSTOP'): Promise<number>;
}

interface Started {
  child: Child;
  pid: number;
  port: number;
}

/** Starts them; they end with the test. */
export async function openSentinel(t: Test): Promise<SentinelSet> {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-sentinel-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const { path, tried } = findRedis();
  if (!path) throw new Error(`no redis-server among ${tried.join(', ')}`);

  const start = async (name: string, more: (port: number) => string[]): Promise<Started> => {
    const port = await freePort();
    const home = join(directory, name);
    mkdirSync(home);
    const program = redisProgram(path, home, port);
    let pid = 0;
    const child = await startChild({
      ...program,
      args: name === 'sentinel' ? more(port) : [...program.args, ...more(port)],
      log: pino({ level: 'silent' }),
      onSpawn: (spawned) => (pid = spawned),
      onReady: () => undefined,
    });
    t.teardown(() => child.stop());
    return { child, pid, port };
  };
  const master = await start('master', () => []);
  const replica = await start('replica', () => ['--replicaof', '127.0.0.1', String(master.port)]);
  const ofMaster = openRedis(t, `redis://127.0.0.1:${master.port}`);
  const ofReplica = openRedis(t, `redis://127.0.0.1:${replica.port}`);
  await eventually('the replica follows', async () =>
    (await ofReplica.info('replication')).includes('master_link_status:up'),
  );
  const sentinel = await start('sentinel', (port) => {
    const file = join(directory, 'sentinel.conf');
    const lines = [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${directory}`,
      `logfile ${join(directory, 'sentinel.log')}`,
      `sentinel monitor ${MASTER} 127.0.0.1 ${master.port} 1`,
      `sentinel down-after-milliseconds ${MASTER} 1000`,
      `sentinel failover-timeout ${MASTER} 5000`,
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    return [file, '--sentinel'];
  });
  const watch = new Redis(sentinel.port);
  t.teardown(() => watch.disconnect());
  await eventually('the Sentinel knows the replica', async () => {
    const replicas = (await watch.call('SENTINEL', 'REPLICAS', MASTER)) as unknown[];
    return replicas.length === 1;
  });

  const goOn = () => process.kill(replica.pid, 'SIGCONT');
  return {
    url: `redis+sentinel://127.0.0.1:${sentinel.port}/${MASTER}`,
    async cutReplicaOff() {
      // It cannot connect anew while it stands still.
      process.kill(replica.pid, 'SIGSTOP');
      t.teardown(goOn);
      await ofMaster.call('CLIENT', 'KILL', 'TYPE', 'replica');
    },
    async loseMaster(how) {
      const written = await offsetOf(ofMaster);
      process.kill(master.pid, how);
      if (how === 'SIGKILL') await master.child.stop();
      else t.teardown(() => process.kill(master.pid, 'SIGCONT'));
      goOn();
      const lacking = written - (await offsetOf(ofReplica));
      await eventually('the replica is master', async () =>
        (await ofReplica.info('replication')).includes('role:master'),
      );
      return lacking;
    },
  };
}

/** How much of the stream of replication a server has, in bytes. */
async function offsetOf(redis: Redis): Promise<number> {
  return Number(/^master_repl_offset:(\d+)/m.exec(await redis.info('replication'))?.[1]);
}
