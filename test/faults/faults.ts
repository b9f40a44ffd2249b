/** The faults by their kinds: what each breaks, how it mends it again, and what it needs for itself. */
import { once } from 'node:events';
import { serversOf, type RedisClient } from '../../src/bus/index.ts';
import { pause } from '../../engines/launch.ts';
import type { RedisCluster } from '../redis-cluster.ts';
import { eventually } from '../support.ts';
import { BACK_MS, type FaultyEngines } from './engines.ts';
import type { Letter } from './letters.ts';
import { markLost, poison, type Poison } from './poison.ts';
import type { MillraceProcess } from './process.ts';
import type { Random } from './random.ts';
import { copyEntries, destroyGroup, flush } from './stream-faults.ts';
import { STREAMS } from './topology.ts';

export interface World {
  engines: FaultyEngines;
  fleet: readonly MillraceProcess[];
  /** Past the proxy. */
  redis: RedisClient;
  poisons: Poison[];
  /** Dead letters that were there before Redis was flushed. */
  lettersBefore: Letter[];
  /** Aborted when the breaking ends: whatever is broken is then mended at once. */
  ending: AbortSignal;
}

export interface Fault {
  /** Two faults that need the same come one after the other. */
  needs: string;
  /** Breaks something; resolves when it is mended. */
  inflict(this: void): Promise<void>;
}

/** Draws what the fault needs to know, and gives it ready to be inflicted. */
type Draw = (world: World, random: Random) => Fault;

const wait = async (ms: number, { ending }: World): Promise<void> => void (await pause(ms, ending));

const onProcess =
  (inflict: (one: MillraceProcess, ms: number, world: World) => Promise<void>): Draw =>
  (world, random) => {
    const one = random.pick(world.fleet);
    const ms = random.between(0, 3000);
    return { needs: one.name, inflict: () => inflict(one, ms, world) };
  };

const onProxy =
  (engine: 'redis' | 'mongodb', how: 'stall' | 'drop'): Draw =>
  (world, random) => {
    const proxy = world.engines.proxies[engine]!;
    const ms = random.between(500, 5000);
    return {
      needs: `proxy of ${engine}`,
      async inflict() {
        await proxy[how]();
        await wait(ms, world);
        await proxy.open();
      },
    };
  };

const onStreams =
  (inflict: (world: World, random: Random) => Promise<unknown>): Draw =>
  (world, random) => {
    const own = random.fork();
    return { needs: 'redis', inflict: async () => void (await inflict(world, own)) };
  };

/** Has the replica of a master take over, and waits until the cluster is whole again. */
const onMaster =
  (how: 'SIGCONT' | 'SIGKILL'): Draw =>
  (world, random) => {
    const stream = random.pick(STREAMS);
    const ms = random.between(0, 3000);
    return {
      needs: 'redis',
      async inflict() {
        const { cluster } = world.engines;
        const end = await cluster!.suspendMaster(stream);
        if (how === 'SIGCONT') await wait(ms, world);
        end(how);
        await whole(cluster!);
        await markLost(world.redis, world.poisons);
      },
    };
  };

const whole = (cluster: RedisCluster): Promise<boolean> =>
  eventually('the cluster is whole again', () => cluster.isSettled(), BACK_MS);

/** Longer than the claim time of the processes, so that its entries are claimed meanwhile. */
const FROZEN_MS = 2500;

const KINDS = {
  'process-kill': onProcess(async (one, ms, world) => {
    await one.end('SIGKILL');
    await wait(ms, world);
    await one.start();
  }),
  'process-freeze': onProcess(async (one, ms, world) => {
    one.send('SIGSTOP');
    await wait(FROZEN_MS + ms, world);
    one.send('SIGCONT');
  }),
  'process-stop': onProcess(async (one, ms, world) => {
    await one.end('SIGTERM');
    await wait(ms, world);
    await one.start();
  }),
  'redis-kill': onStreams(async ({ engines, redis, poisons }) => {
    await engines.kill('redis');
    if (redis.status !== 'ready') await once(redis, 'ready');
    await markLost(redis, poisons);
  }),
  'redis-cut': onStreams(({ redis }) =>
    Promise.all(serversOf(redis).map((one) => one.call('CLIENT', 'KILL', 'TYPE', 'normal'))),
  ),
  'redis-stall': onProxy('redis', 'stall'),
  'redis-drop': onProxy('redis', 'drop'),
  'mongodb-kill': ({ engines }) => ({ needs: 'mongodb', inflict: () => engines.kill('mongodb') }),
  'mongodb-stall': onProxy('mongodb', 'stall'),
  'mongodb-drop': onProxy('mongodb', 'drop'),
  poison: onStreams(({ redis, poisons }, random) =>
    poison(redis, random, poisons, random.between(2, 6)),
  ),
  copies: onStreams(({ redis }, random) => copyEntries(redis, random)),
  'group-destroy': onStreams(({ redis }, random) => destroyGroup(redis, random)),
  'node-kill': onMaster('SIGKILL'),
  'node-freeze': onMaster('SIGCONT'),
  reshard: onStreams(async ({ engines: { cluster } }, random) => {
    await cluster!.move(random.pick(STREAMS));
    await cluster!.rebalance();
    await whole(cluster!);
  }),
  flush: onStreams(({ redis, poisons, lettersBefore }, random) =>
    flush(random.pick(serversOf(redis)), redis, { poisons, lettersBefore }),
  ),
} satisfies Record<string, Draw>;

export type FaultKind = keyof typeof KINDS;

export const FAULT_KINDS = Object.keys(KINDS) as FaultKind[];

/** Faults of a cluster alone, and of a server alone. */
const OF_CLUSTER = new Set<FaultKind>(['node-kill', 'node-freeze', 'reshard']);
const OF_SERVER = new Set<FaultKind>(['redis-kill', 'redis-stall', 'redis-drop']);

/** Those of the kinds that the engines can have. */
export function possible(kinds: readonly FaultKind[], { cluster }: FaultyEngines): FaultKind[] {
  return kinds.filter((kind) => !(cluster ? OF_SERVER : OF_CLUSTER).has(kind));
}

/** Draws a fault of the kind. */
export function drawFault(kind: FaultKind, world: World, random: Random): Fault {
  return KINDS[kind](world, random);
}
