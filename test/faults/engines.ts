/** The engines of a run: real ones that are started again when killed, each behind a proxy. */
import type { FastifyBaseLogger } from 'fastify';
import { startEngines } from '../../engines/index.ts';
import { createDisposables } from '../../src/runtime/disposables.ts';
import { livingHolder, type EngineRecord } from '../../engines/lock.ts';
import { startProxy, type Proxy } from './proxy.ts';
import { openRedisCluster, type RedisCluster } from '../redis-cluster.ts';
import { until } from './until.ts';

/** How long an engine may take to be back after it was killed, recovery included. Milliseconds. */
export const BACK_MS = 180_000;

export type EngineName = 'redis' | 'mongodb';

export interface FaultyEngines {
  /** Past the proxies, for the harness itself. */
  readonly direct: { redisUrl: string; mongodbUrl: string };
  /** By the proxies, for the processes. */
  readonly proxied: { redisUrl: string; mongodbUrl: string };
  readonly proxies: Readonly<Partial<Record<EngineName, Proxy>>>;
  /** Where Redis is a cluster; its nodes name themselves, so that no proxy can stand before them. */
  readonly cluster?: RedisCluster;
  /** Kills an engine outright; resolves when it serves again. */
  kill(name: EngineName): Promise<void>;
  stop(): Promise<void>;
}

/** Starts both engines with their data in the directory. */
export async function startFaultyEngines(
  dataDir: string,
  options: { log: FastifyBaseLogger; signal: AbortSignal; clustered: boolean },
): Promise<FaultyEngines> {
  const { log, signal, clustered } = options;
  const closing = createDisposables(log);
  const scope = { teardown: (close: () => unknown) => closing.defer('a node', close) };
  try {
    const cluster = clustered ? await openRedisCluster(scope) : undefined;
    const engines = await startEngines({ dataDir, log, redisUrl: cluster?.url });
    closing.defer('the engines', () => engines.stop());
    const proxyOf = async (url: string): Promise<Proxy> => {
      const proxy = await startProxy(Number(new URL(url).port));
      closing.defer('a proxy', () => proxy.close());
      return proxy;
    };
    const redis = cluster ? undefined : await proxyOf(engines.redisUrl);
    const mongodb = await proxyOf(engines.mongodbUrl);
    return {
      direct: engines,
      proxied: {
        redisUrl: redis ? `redis://127.0.0.1:${redis.port}` : engines.redisUrl,
        // Asked for the members of its replica set, the server would name itself, past the proxy.
        mongodbUrl: `mongodb://127.0.0.1:${mongodb.port}/?directConnection=true`,
      },
      proxies: { mongodb, ...(redis && { redis }) },
      ...(cluster && { cluster }),
      async kill(name) {
        const { pid } = recordOf(dataDir, name).process;
        process.kill(pid, 'SIGKILL');
        await until(
          `${name} serves again`,
          () => {
            const { process: now, ready } = recordOf(dataDir, name);
            return ready && now.pid !== pid;
          },
          { deadlineMs: BACK_MS, everyMs: 50, signal },
        );
      },
      stop: () => closing.dispose(),
    };
  } catch (error) {
    await closing.dispose();
    throw error;
  }
}

function recordOf(dataDir: string, name: EngineName): EngineRecord {
  const record = livingHolder(dataDir)?.engines.find((engine) => engine.name === name);
  if (!record) throw new Error(`the lock of ${dataDir} does not name ${name}`);
  return record;
}
