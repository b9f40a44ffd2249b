/** The stage of a run: engines behind proxies, processes, a shop that is open; all ended as one. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { pino } from 'pino';
import type { RedisClient } from '../../src/bus/index.ts';
import { connectRedis } from '../../src/stores/redis.ts';
import { createDisposables, type Disposables } from '../../src/runtime/disposables.ts';
import { makeCatalogue, stockShop, type Catalogue } from './catalogue.ts';
import { startFaultyEngines, type FaultyEngines } from './engines.ts';
import { startFleet } from './fleet.ts';
import type { FaultsOptions } from './options.ts';
import type { MillraceProcess } from './process.ts';

/** An engine that dies may leave a question without an answer. Milliseconds. */
const BOUNDED = { socketTimeoutMS: 15_000, waitQueueTimeoutMS: 15_000 };

/** An interrupted command is rejected at once and not sent again, so that no fault happens twice. */
const RECONNECTING = {
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  commandTimeout: 15_000,
};

export interface Stage {
  engines: FaultyEngines;
  fleet: readonly MillraceProcess[];
  catalogue: Catalogue;
  /** Past the proxies. */
  redis: RedisClient;
  mongodb: MongoClient;
  /** What processes did that none may do. */
  misbehaviour: string[];
  /** Where the logs of the processes are. */
  logs: string;
  log: FastifyBaseLogger;
  /** What else is opened during the run is pushed here, and closed first. */
  opened: Disposables;
  /** Ends everything and removes its data; the logs stay where they are wanted. */
  close(keepLogs: boolean): Promise<void>;
}

/** Opens the stage in a directory of its own. Where that fails, nothing of it stays. */
export async function openStage(options: FaultsOptions, signal: AbortSignal): Promise<Stage> {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-faults-'));
  const logs = join(directory, 'logs');
  mkdirSync(logs);
  const log = pino(pino.destination({ dest: join(logs, 'harness.log'), sync: true }));
  const opened = createDisposables(log);
  const close = async (keepLogs: boolean): Promise<void> => {
    await opened.dispose();
    const rubbish = keepLogs ? join(directory, 'data') : directory;
    rmSync(rubbish, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  try {
    const engines = await startFaultyEngines(join(directory, 'data'), {
      log,
      signal,
      clustered: options.shape === 'cluster',
    });
    opened.defer('the engines', () => engines.stop());
    const redis = engines.cluster
      ? await connectRedis(engines.direct.redisUrl, log)
      : new Redis(engines.direct.redisUrl, RECONNECTING);
    redis.on('error', () => undefined);
    opened.defer('the Redis connection', () => redis.disconnect());
    const mongodb = await new MongoClient(engines.direct.mongodbUrl, BOUNDED).connect();
    opened.defer('the MongoDB connection', () => mongodb.close());

    const misbehaviour: string[] = [];
    const fleet = await startFleet({
      engines,
      shape: options.shape,
      plant: options.plant,
      logDirectory: logs,
      misbehaved: (what) => void misbehaviour.push(what),
      signal,
    });
    opened.defer('the processes', () => Promise.all(fleet.map((one) => one.end('SIGKILL'))));
    const catalogue = makeCatalogue(options.seconds * options.rate);
    await stockShop({ catalogue, urls: engines.direct, mongodb, log, signal });
    return { engines, fleet, catalogue, redis, mongodb, misbehaviour, logs, log, opened, close };
  } catch (error) {
    await close(false);
    throw error;
  }
}
