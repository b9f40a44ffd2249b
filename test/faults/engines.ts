/** The engines of a run: real ones that are started again when killed, each behind a proxy. */
import type { FastifyBaseLogger } from 'fastify';
import { startEngines } from '../../src/engines/index.ts';
import { livingHolder, type EngineRecord } from '../../src/engines/lock.ts';
import { startProxy, type Proxy } from './proxy.ts';
import { until } from './until.ts';

/** How long an engine may take to be back after it was killed, recovery included. Milliseconds. */
const BACK_MS = 180_000;

export type EngineName = 'redis' | 'mongodb';

export interface FaultyEngines {
  /** Past the proxies, for the harness itself. */
  readonly direct: { redisUrl: string; mongodbUrl: string };
  /** By the proxies, for the processes. */
  readonly proxied: { redisUrl: string; mongodbUrl: string };
  readonly proxies: Readonly<Record<EngineName, Proxy>>;
  /** Kills an engine outright; resolves when it serves again. */
  kill(name: EngineName): Promise<void>;
  stop(): Promise<void>;
}

/** Starts both engines with their data in the directory. */
export async function startFaultyEngines(
  dataDir: string,
  log: FastifyBaseLogger,
  signal: AbortSignal,
): Promise<FaultyEngines> {
  const engines = await startEngines({ dataDir, log });
  const proxies = {
    redis: await startProxy(Number(new URL(engines.redisUrl).port)),
    mongodb: await startProxy(Number(new URL(engines.mongodbUrl).port)),
  };
  return {
    direct: engines,
    proxied: {
      redisUrl: `redis://127.0.0.1:${proxies.redis.port}`,
      // Asked for the members of its replica set, the server would name itself, past the proxy.
      mongodbUrl: `mongodb://127.0.0.1:${proxies.mongodb.port}/?directConnection=true`,
    },
    proxies,
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
    async stop() {
      await Promise.all([proxies.redis.close(), proxies.mongodb.close()]);
      await engines.stop();
    },
  };
}

function recordOf(dataDir: string, name: EngineName): EngineRecord {
  const record = livingHolder(dataDir)?.engines.find((engine) => engine.name === name);
  if (!record) throw new Error(`the lock of ${dataDir} does not name ${name}`);
  return record;
}
