/** A real Redis Cluster of a test's own, three masters and three replicas: slots may move, masters be lost. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Redis } from 'ioredis';
import { findRedis } from '../engines/locate.mjs';
import { freePort } from '../engines/port.ts';
import { redisProgram } from '../engines/redis.ts';
import { openRedis } from './own-engines.ts';
import { offsetBeyond, offsetOf } from './redis-sentinel.ts';
import { openServers, pathOf, type Scope, type Server } from './servers.ts';
import { eventually } from './support.ts';

const run = promisify(execFile);

/** After so long without an answer a node counts as lost, in ms. */
const NODE_TIMEOUT_MS = 1500;
const MASTERS = 3;
/** `redis-cli` says a line for each of thousands of slots that it moves. Characters. */
const CLI_OUTPUT = 64_000_000;

interface Node extends Server {
  address: string;
  redis: Redis;
}

export interface RedisCluster {
  /** REDIS_URL as it names two of the nodes. */
  url: string;
  /** Addresses of all nodes, the masters first as it was set up. */
  addresses: readonly string[];
  /** The address of the master that serves a key. */
  masterOf(key: string): Promise<string>;
  /** Moves the slot of a key, and those below it, to another master by `redis-cli --cluster reshard`; gives its address. */
  move(key: string): Promise<string>;
  /** Stops the replica of a key's master: what is written from now on is on the master alone. */
  cutReplicaOff(key: string): Promise<void>;
  /** Gives all masters as many slots, by `redis-cli --cluster rebalance`: one without any has no vote. */
  rebalance(): Promise<void>;
  /**
   * Kills the master of a key, whose replica was cut off, for good, or lets it stand still; resolves when
   * the replica is master, with the number of bytes of replication that this lacks.
   */
  loseMaster(key: string, how: 'SIGKILL' | 'SIGSTOP'): Promise<number>;
  /**
   * Lets the master of a key stand still; resolves when its replica is master, with what makes it go on,
   * or kills it, whereupon it is started again.
   */
  suspendMaster(key: string): Promise<(how: 'SIGCONT' | 'SIGKILL') => void>;
  /** Whether all slots are served, and every replica follows. */
  isSettled(): Promise<boolean>;
}

/** Starts it; it ends with the test. `more` are further options of every node. */
export async function openRedisCluster(t: Scope, ...more: string[]): Promise<RedisCluster> {
  const start = openServers(t);
  const path = pathOf(findRedis());
  const cli = (...args: string[]) =>
    run(path.replace(/server$/, 'cli'), ['--cluster', ...args], { maxBuffer: CLI_OUTPUT });
  const nodes: Node[] = [];
  for (let i = 0; i < 2 * MASTERS; i += 1) {
    const busPort = await freePort();
    const server = await start(`node-${i}`, (home, port) => {
      const program = redisProgram(path, home, port);
      return { ...program, args: [...program.args, ...clusterOptions(home, busPort), ...more] };
    });
    const address = `127.0.0.1:${server.port}`;
    nodes.push({ ...server, address, redis: openRedis(t, `redis://${address}`) });
  }
  const addresses = nodes.map(({ address }) => address);
  await cli('create', ...addresses, '--cluster-replicas', '1', '--cluster-yes');
  const allSettled = async (): Promise<boolean> =>
    (await Promise.all(nodes.map(({ redis }) => isSettled(redis)))).every(Boolean);
  await eventually('all slots are served, and every replica follows', allSettled);
  /** The replica that each master had, and the master's offset when it was cut off. */
  const cutOff = new Map<Node, { replica: Node; cutAt: number }>();
  /** Nodes that do not answer. */
  const away = new Set<Node>();

  /** The nodes that serve a key, its master first. */
  async function serving(key: string): Promise<Node[]> {
    const { redis } = nodes.find((node) => !away.has(node))!;
    const slot = await redis.cluster('KEYSLOT', key);
    const ranges = await redis.cluster('SLOTS');
    const [, , ...those] = ranges.find(([from, to]) => from <= slot && slot <= to)!;
    return those.map(([, port]) => nodes.find((node) => node.port === port)!);
  }

  /** The master of a key and its replica, once the nodes list it: one that was slow is left out meanwhile. */
  const pairOf = (key: string): Promise<Node[]> =>
    eventually(`a replica is listed for ${key}`, async () => {
      const found = await serving(key);
      return found.length > 1 && found;
    });

  function goOn(node: Node): void {
    node.signal('SIGCONT');
    away.delete(node);
  }

  return {
    url: `redis+cluster://${addresses.slice(0, 2).join(',')}`,
    addresses,
    async suspendMaster(key) {
      const [master, replica] = await pairOf(key);
      away.add(master!);
      master!.signal('SIGSTOP');
      t.teardown(() => goOn(master!));
      await eventually('the replica is master', async () =>
        (await replica!.redis.info('replication')).includes('role:master'),
      );
      return (how) => {
        master!.signal(how);
        away.delete(master!);
      };
    },
    isSettled: allSettled,
    masterOf: async (key) => (await serving(key))[0]!.address,
    async move(key) {
      const [from] = await serving(key);
      const slot = await from!.redis.cluster('KEYSLOT', key);
      const masters = await mastersOf(from!.redis);
      const { id, slots } = masters.find(({ port }) => port === from!.port)!;
      const to = masters.find(({ port }) => port !== from!.port)!;
      // The lowest slots of a node are moved first.
      const count = slots.filter((one) => one <= slot).length;
      const which = ['--cluster-from', id, '--cluster-to', to.id, '--cluster-slots', `${count}`];
      await cli('reshard', from!.address, ...which, '--cluster-yes');
      return `127.0.0.1:${to.port}`;
    },
    async rebalance() {
      await cli('rebalance', addresses[0]!, '--cluster-use-empty-masters');
    },
    async cutReplicaOff(key) {
      const [master, replica] = await pairOf(key);
      // It cannot connect anew while it stands still.
      replica!.signal('SIGSTOP');
      away.add(replica!);
      t.teardown(() => goOn(replica!));
      await master!.redis.call('CLIENT', 'KILL', 'TYPE', 'replica');
      cutOff.set(master!, { replica: replica!, cutAt: await offsetOf(master!.redis) });
    },
    async loseMaster(key, how) {
      const [master] = await serving(key);
      const { replica, cutAt } = cutOff.get(master!)!;
      const written = await offsetBeyond(master!.redis, cutAt);
      away.add(master!);
      master!.signal(how);
      if (how === 'SIGKILL') await master!.stop();
      else t.teardown(() => goOn(master!));
      goOn(replica);
      const lacking = written - (await offsetOf(replica.redis));
      await eventually('the replica is master', async () =>
        (await replica.redis.info('replication')).includes('role:master'),
      );
      return lacking;
    },
  };
}

function clusterOptions(home: string, busPort: number): string[] {
  return [
    ['--cluster-enabled', 'yes', '--cluster-config-file', join(home, 'nodes.conf')],
    ['--cluster-port', `${busPort}`, '--cluster-node-timeout', `${NODE_TIMEOUT_MS}`],
    // A replica takes over however long it was cut off, and stays with its master.
    ['--cluster-replica-validity-factor', '0', '--cluster-allow-replica-migration', 'no'],
  ].flat();
}

async function isSettled(redis: Redis): Promise<boolean> {
  const replication = await redis.info('replication');
  return (
    (await redis.cluster('INFO')).includes('cluster_state:ok') &&
    /connected_slaves:1|master_link_status:up/.test(replication)
  );
}

/** The masters of a cluster with the slots that they serve. */
async function mastersOf(redis: Redis): Promise<{ id: string; port: number; slots: number[] }[]> {
  const lines = ((await redis.cluster('NODES')) as string).trim().split('\n');
  return lines.flatMap((line) => {
    const [id = '', address = '', flags = '', , , , , , ...ranges] = line.split(' ');
    if (!flags.includes('master') || flags.includes('fail')) return [];
    const slots = ranges.flatMap((range) => {
      const [from = NaN, to = from] = range.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, i) => from + i);
    });
    return [{ id, port: Number(/:(\d+)@/.exec(address)?.[1]), slots }];
  });
}
