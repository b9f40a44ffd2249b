/** The engines of a process: those that its URLs name, else engines of its own, which the entry starts. */
import type { FastifyBaseLogger } from 'fastify';
import { ConfigError, type Config } from '../config/index.ts';

export interface Engines {
  redisUrl: string;
  mongodbUrl: string;
  /** Says that the disk which holds the data of engines of our own is full; undefined where there is space. */
  fullDisk?: () => Promise<string | undefined>;
  /** Stops the engines that were started here, and no others; resolves when they are gone. */
  stop: () => Promise<void>;
}

export interface EnginesRequest {
  /** The engines that are there; those without a URL are wanted. */
  redisUrl: string | undefined;
  mongodbUrl: string | undefined;
  /** Where engines of our own keep their data. */
  dataDir: string;
  log: FastifyBaseLogger;
  /** Use the engines of the process that owns `dataDir`, if one does. */
  attach?: boolean;
}

/** Starts the engines that no URL names. */
export type StartEngines = (request: EnginesRequest) => Promise<Engines>;

/**
 * Gives the engines that the configuration names, with those that `start` starts for the rest.
 *
 * @throws ConfigError where one is not named and there is nothing to start it, as in an image that
 * holds the application alone
 */
export async function openEngines(
  { REDIS_URL, MONGODB_URL, DATA_DIR }: Config,
  start: StartEngines | undefined,
  options: Pick<EnginesRequest, 'log' | 'attach'>,
): Promise<Engines> {
  if (REDIS_URL && MONGODB_URL) {
    return { redisUrl: REDIS_URL, mongodbUrl: MONGODB_URL, stop: async () => undefined };
  }
  if (start)
    return start({ redisUrl: REDIS_URL, mongodbUrl: MONGODB_URL, dataDir: DATA_DIR, ...options });
  const missing = [...(REDIS_URL ? [] : ['REDIS_URL']), ...(MONGODB_URL ? [] : ['MONGODB_URL'])];
  throw new ConfigError(
    `There are no engines beside this Millrace, which it could start. Set ${missing.join(' and ')} to those that you run.`,
  );
}
