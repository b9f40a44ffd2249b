/** The engines: the Redis and the MongoDB that Millrace uses, its own where no URL names one. */
import { resolve } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { missingProgram } from './advice.mjs';
import { findMongod, findRedis, type Env, type Located } from './locate.mjs';
import { dataDirError, fullDisk } from './data-dir.ts';
import { startEngine, type RunningEngine } from './engine.ts';
import { engineError, isEngineError } from './errors.ts';
import { endOrphans } from './orphans.ts';
import { takeLock } from './lock.ts';
import { mongodProgram } from './mongod.ts';
import { redisProgram } from './redis.ts';
import { enginesOfOwner } from './attach.ts';

export type EnginesOptions = {
  /** A Redis to use as it is; without it one of our own is started. */
  redisUrl?: string | undefined;
  /** A MongoDB to use as it is; without it one of our own is started. */
  mongodbUrl?: string | undefined;
  /** Where our own engines keep their data; one living process a directory. */
  dataDir: string;
  log: FastifyBaseLogger;
  /** Use the engines of the Millrace that owns the data directory, if one does. */
  attach?: boolean;
  /** The environment in which the programs are looked for; default: this process's. */
  searchEnv?: Env;
};

export type Engines = {
  redisUrl: string;
  mongodbUrl: string;
  /** Says that the disk which holds the data of our own is full; undefined where there is space. */
  fullDisk: () => Promise<string | undefined>;
  /** Stops the engines that were started here, and no others; resolves when they are gone. */
  stop: () => Promise<void>;
};

/**
 * Gives a Redis and a MongoDB that serve. Those which it starts are started again when they die.
 * @throws ENGINE_MISSING, ENGINE_FAILED, DATA_DIR_IN_USE, DATA_DIR_UNUSABLE (see errors.ts)
 */
export async function startEngines(options: EnginesOptions): Promise<Engines> {
  const { redisUrl, mongodbUrl } = options;
  if (redisUrl && mongodbUrl) return { redisUrl, mongodbUrl, ...NONE_OF_OUR_OWN };
  const dataDir = resolve(options.dataDir);
  for (;;) {
    const attached = options.attach ? await attachTo(options, dataDir) : undefined;
    if (attached !== undefined) return attached;
    try {
      return await startOwn(options, dataDir);
    } catch (caught) {
      const error = await dataDirError(caught, dataDir);
      // Somebody became the owner since we looked: then we attach to that one.
      if (!options.attach || !isEngineError(error, 'DATA_DIR_IN_USE')) throw error;
    }
  }
}

const NONE_OF_OUR_OWN = { fullDisk: async () => undefined, stop: async () => undefined };

async function attachTo(
  { redisUrl, mongodbUrl }: EnginesOptions,
  dataDir: string,
): Promise<Engines | undefined> {
  const wanted = [...(redisUrl ? [] : ['redis']), ...(mongodbUrl ? [] : ['mongodb'])];
  const urls = await enginesOfOwner(dataDir, wanted);
  if (urls === undefined) return undefined;
  return {
    redisUrl: redisUrl || (urls.get('redis') ?? ''),
    mongodbUrl: mongodbUrl || (urls.get('mongodb') ?? ''),
    ...NONE_OF_OUR_OWN,
    fullDisk: () => fullDisk(dataDir),
  };
}

async function startOwn(options: EnginesOptions, dataDir: string): Promise<Engines> {
  const { redisUrl, mongodbUrl, log, searchEnv } = options;
  const redis = redisUrl ? undefined : located('redis', findRedis(searchEnv));
  const mongod = mongodbUrl ? undefined : located('mongodb', findMongod(searchEnv));
  const lock = takeLock(dataDir);
  // Should one of them not end, the lock keeps its record for the next start.
  await endOrphans(lock, log);
  try {
    const starts: Promise<RunningEngine>[] = [];
    if (redis) starts.push(startEngine((port) => redisProgram(redis, dataDir, port), lock, log));
    if (mongod) starts.push(startEngine((port) => mongodProgram(mongod, dataDir, port), lock, log));
    const running = await allOrNone(starts);
    const urlOf = (name: string) => running.find((engine) => engine.name === name)?.url ?? '';
    const stop = async () => {
      await Promise.all(running.map((engine) => engine.stop()));
      lock.release();
    };
    let stopped: Promise<void> | undefined;
    return {
      redisUrl: redisUrl || urlOf('redis'),
      mongodbUrl: mongodbUrl || urlOf('mongodb'),
      fullDisk: () => fullDisk(dataDir),
      // Once only: by a second call the directory may be another owner's.
      stop: () => (stopped ??= stop()),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function located(engine: 'redis' | 'mongodb', { path, tried }: Located): string {
  if (path === undefined) throw engineError('ENGINE_MISSING', missingProgram(engine, tried));
  return path;
}

/** Resolves when all run; where one does not start, the others are stopped before it rejects. */
async function allOrNone(starts: Promise<RunningEngine>[]): Promise<RunningEngine[]> {
  const results = await Promise.allSettled(starts);
  const running = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure === undefined) return running;
  await Promise.all(running.map((engine) => engine.stop()));
  throw failure.reason;
}
