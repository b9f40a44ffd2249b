/** What every process of Millrace stands on: its connections, its bus, its modules' contexts. */
import type { FastifyBaseLogger } from 'fastify';
import type { MongoClient } from 'mongodb';
import { busOptions } from '../config/bus-options.ts';
import {
  createBus,
  probeServers,
  type Bus,
  type BusObserver,
  type RedisClient,
} from '../bus/index.ts';
import type { Config } from '../config/index.ts';
import { createModuleContext } from '../module/create-context.ts';
import { checkEviction } from '../stores/eviction.ts';
import { openCheckpointStore } from './checkpoint-store.ts';
import { createInternalTokens, type InternalTokens } from '../http/internal-token.ts';
import { setUp, type LoadedModule, type Module } from '../module/module.ts';
import { connectMongodb, probeWrites } from '../stores/mongodb.ts';
import { createServiceRegistry, type ServiceRegistry } from '../registry/registry.ts';
import { connectRedis } from '../stores/redis.ts';
import { mongodbRefusal, redisRefusal } from '../stores/refusals.ts';
import { deriveSecret, sharedSecret } from './secrets.ts';
import { createDisposables, type Disposables } from './disposables.ts';
import { createHealthySince } from './healthy-since.ts';

export interface RuntimeOptions {
  config: Config;
  modules: readonly Module[];
  /**
   * All modules there are, those that run elsewhere included; by default `modules`. Events that none
   * of them publishes are reported.
   */
  known?: readonly Module[];
  redisUrl: string;
  mongodbUrl: string;
  /** Says that the disk of engines of our own is full; asked where an engine does not work. */
  fullDisk?: () => Promise<string | undefined>;
  log: FastifyBaseLogger;
  /** Gets what the bus reports. */
  observer?: BusObserver;
}

export interface Runtime {
  readonly mongodb: MongoClient;
  readonly redis: RedisClient;
  /** Not started: whoever wants events handled subscribes and starts it. */
  readonly bus: Bus;
  readonly internalTokens: InternalTokens;
  readonly registry: ServiceRegistry;
  readonly modules: readonly LoadedModule[];
  /** What does not work at the moment, a sentence each. */
  readonly failing: () => Promise<string[]>;
  /** What is open, for those who open more on top and close all of it. */
  readonly opened: Disposables;
  /** Aborts the signal of every context. */
  readonly abort: () => void;
}

/** Connects and prepares the modules. What was opened is closed again where a step fails. */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { config, modules, known = modules, redisUrl, mongodbUrl, log, observer } = options;
  const opened = createDisposables(log);
  const stopping = new AbortController();
  try {
    const mongodb = await connectMongodb(mongodbUrl);
    opened.defer('the MongoDB connection', () => mongodb.close());
    const redis = await connectRedis(redisUrl, log);
    opened.defer('the Redis connection', () => redis.disconnect());
    await checkEviction(redis, log);
    const prefix = config.MONGODB_DATABASE_PREFIX;
    const checkpointStore = await openCheckpointStore(mongodb, prefix, known, log);
    const bus = createBus({
      connections: { commands: redis },
      keyPrefix: config.REDIS_KEY_PREFIX,
      options: busOptions(config),
      contracts: known.flatMap(({ publishes = [] }) => publishes),
      listening: new Map(known.map(({ name, listens = [] }) => [name, listens])),
      checkpointStore,
      probeStore: () => probeWrites(mongodb, prefix),
      ...(observer && { observer }),
      log,
    });
    opened.defer('the bus', () => bus.stop());
    const secret = await sharedSecret(mongodb, prefix);
    const internalTokens = createInternalTokens(secret);
    const registry = createServiceRegistry({
      redis,
      keyPrefix: config.REDIS_KEY_PREFIX,
      secret: deriveSecret(secret, 'announcements'),
      remoteModules: servedRemotely(modules, known),
      log,
    });
    const probe = `${config.REDIS_KEY_PREFIX}millrace:probe`;
    const failing = async (): Promise<string[]> => {
      const found = await failingEngines(redis, probe, mongodb);
      const cause = found.length > 0 ? await options.fullDisk?.() : undefined;
      return [...(cause === undefined ? [] : [cause]), ...found, ...bus.failing()];
    };
    const healthySince = createHealthySince(failing);
    const stores = { mongodb, redis, bus };
    const dependencies = { config, log, ...stores, secret, internalTokens, registry, healthySince };
    const loaded: LoadedModule[] = [];
    for (const module of modules) {
      const context = await createModuleContext(module, {
        ...dependencies,
        signal: stopping.signal,
      });
      loaded.push({ module, context, instance: setUp(module, context) });
    }
    const abort = (): void => stopping.abort();
    return { ...stores, internalTokens, registry, modules: loaded, failing, opened, abort };
  } catch (error) {
    await opened.dispose();
    throw error;
  }
}

/** The names of the modules with calls under `/api` that do not run here. */
function servedRemotely(modules: readonly Module[], known: readonly Module[]): string[] {
  const here = new Set(modules.map(({ name }) => name));
  return known
    .filter(
      ({ name, provides = [] }) =>
        !here.has(name) && (provides.includes('routes') || provides.includes('adminRoutes')),
    )
    .map(({ name }) => name);
}

/** How long the trace of a look at Redis stays, in ms. */
const PROBE_MS = 1000;

/** Redis is written to, since one that is full, or a replica, still answers a PING. */
async function failingEngines(
  redis: RedisClient,
  probe: string,
  mongodb: MongoClient,
): Promise<string[]> {
  const [toRedis, toMongodb] = await Promise.allSettled([
    probeServers(redis, probe, PROBE_MS),
    mongodb.db('admin').command({ ping: 1 }),
  ]);
  return [
    ...(toRedis.status === 'rejected'
      ? [redisRefusal(toRedis.reason) ?? 'Redis cannot be reached']
      : []),
    ...(toMongodb.status === 'rejected'
      ? [mongodbRefusal(toMongodb.reason) ?? 'MongoDB cannot be reached']
      : []),
  ];
}
