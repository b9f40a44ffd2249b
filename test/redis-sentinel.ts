/** A real Redis master with a replica and a Sentinel, of a test's own: the master may be lost. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Test } from 'tap';
import { findRedis } from '../engines/locate.mjs';
import { redisProgram } from '../engines/redis.ts';
import { openRedis } from './own-engines.ts';
import { openServers, pathOf, type Server } from './servers.ts';
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

/** Starts them; they end with the test. */
export async function openSentinel(t: Test): Promise<SentinelSet> {
  const start = openServers(t);
  const path = pathOf(findRedis());
  const redis = (name: string, ...more: string[]): Promise<Server> =>
    start(name, (home, port) => {
      const program = redisProgram(path, home, port);
      return { ...program, args: [...program.args, ...more] };
    });
  const master = await redis('master');
  const replica = await redis('replica', '--replicaof', '127.0.0.1', String(master.port));
  const ofMaster = openRedis(t, `redis://127.0.0.1:${master.port}`);
  const ofReplica = openRedis(t, `redis://127.0.0.1:${replica.port}`);
  await eventually('the replica follows', async () =>
    (await ofReplica.info('replication')).includes('master_link_status:up'),
  );
  const sentinel = await start('sentinel', (home, port) => {
    const file = join(home, 'sentinel.conf');
    const lines = [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${home}`,
      `logfile ${join(home, 'sentinel.log')}`,
      `sentinel monitor ${MASTER} 127.0.0.1 ${master.port} 1`,
      `sentinel down-after-milliseconds ${MASTER} 1000`,
      `sentinel failover-timeout ${MASTER} 5000`,
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    return { ...redisProgram(path, home, port), args: [file, '--sentinel'] };
  });
  const watch = new Redis(sentinel.port);
  t.teardown(() => watch.disconnect());
  await eventually('the Sentinel knows the replica', async () => {
    const replicas = (await watch.call('SENTINEL', 'REPLICAS', MASTER)) as unknown[];
    return replicas.length === 1;
  });

  const goOn = () => replica.signal('SIGCONT');
  let cutAt = 0;
  return {
    url: `redis+sentinel://127.0.0.1:${sentinel.port}/${MASTER}`,
    async cutReplicaOff() {
      // It cannot connect anew while it stands still.
      replica.signal('SIGSTOP');
      t.teardown(goOn);
      await ofMaster.call('CLIENT', 'KILL', 'TYPE', 'replica');
      cutAt = await offsetOf(ofMaster);
    },
    async loseMaster(how) {
      const written = await offsetBeyond(ofMaster, cutAt);
      master.signal(how);
      if (how === 'SIGKILL') await master.stop();
      else t.teardown(() => master.signal('SIGCONT'));
      goOn();
      const lacking = written - (await offsetOf(ofReplica));
      await eventually('the replica is master', async () =>
        (await ofReplica.info('replication')).includes('role:master'),
      );
      return lacking;
    },
  };
}

/** More than the signs of health that a process gives in passing; some events are more. Bytes. */
const SOME_EVENTS = 4096;

/** Waits until a server has written some events since it had the offset, and gives its offset. */
export function offsetBeyond(redis: Redis, since: number): Promise<number> {
  return eventually('the master has events that its replica lacks', async () => {
    const offset = await offsetOf(redis);
    return offset - since > SOME_EVENTS && offset;
  });
}

/** How much of the stream of replication a server has, in bytes. */
export async function offsetOf(redis: Redis): Promise<number> {
  return Number(/^master_repl_offset:(\d+)/m.exec(await redis.info('replication'))?.[1]);
}
