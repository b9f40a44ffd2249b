/** What tests share: a host on real engines with databases and keys of its own, and waiting for a state. */
import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { pino } from 'pino';
import type { Test } from 'tap';
import { modules as allModules } from '../modules/index.ts';
import { serversOf, type RedisClient } from '../src/bus/index.ts';
import { loadConfig, type Config } from '../src/config/index.ts';
import { startHost, type Host } from '../src/host.ts';
import type { ModuleContext } from '../src/module/context.ts';
import type { Module } from '../src/module/module.ts';
import { connectRedis } from '../src/stores/redis.ts';
import type { Scope } from './servers.ts';

/** The operator's token of every test host. */
export const ADMIN_TOKEN = 'the-token-of-the-operator';

/** How long a test waits for something that must happen, in ms. */
const DEADLINE_MS = 40_000;
const POLL_MS = 30;

/** The engines that `npm test` has started, and names in them that no other test uses. */
export interface TestEnvironment {
  redisUrl: string;
  mongodbUrl: string;
  redis: RedisClient;
  mongodb: MongoClient;
  databasePrefix: string;
  keyPrefix: string;
  /** The variables that make a process use this environment. */
  environment: Record<string, string>;
}

/** Opens an environment of the test's own on the engines, or on another Redis; both are empty. */
export async function openTestEnvironment(
  t: Scope,
  redisUrl = engineUrl('MILLRACE_TEST_REDIS_URL'),
): Promise<TestEnvironment> {
  const mongodbUrl = engineUrl('MILLRACE_TEST_MONGODB_URL');
  const keyPrefix = `test:${randomBytes(6).toString('hex')}:`;
  const redis = await openClient(redisUrl);
  const mongodb = await new MongoClient(mongodbUrl).connect();
  let databasePrefix = '';
  t.teardown(async () => {
    if (databasePrefix) await leftDatabases(mongodb).insertOne({ _id: databasePrefix });
    await emptyRedis({ redis, keyPrefix });
    await mongodb.close();
    redis.disconnect();
  });
  databasePrefix = await takeDatabases(mongodb);
  const environment = {
    REDIS_URL: redisUrl,
    MONGODB_URL: mongodbUrl,
    MONGODB_DATABASE_PREFIX: databasePrefix,
    REDIS_KEY_PREFIX: keyPrefix,
    SAMPLE_CATALOGUE: 'off',
    PORT: '0',
    RATE_LIMIT_PER_MINUTE: '0',
    LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
    BUS_CLAIM_IDLE_MS: '1500',
    BUS_SWEEP_EVERY_MS: '100',
    BUS_SWEEP_AFTER_MS: '300',
  };
  return { redisUrl, mongodbUrl, redis, mongodb, databasePrefix, keyPrefix, environment };
}

/** The prefixes of databases that tests have left. */
const leftDatabases = (mongodb: MongoClient) =>
  mongodb.db('tests').collection<{ _id: string }>('left');

/**
 * Gives a prefix for databases: that of an earlier test, whose documents are deleted, or a new one. To make
 * and to drop the collections and indexes of all modules costs MongoDB more than most tests do. Databases
 * that a test has profiled are not taken: they cannot be emptied.
 */
async function takeDatabases(mongodb: MongoClient): Promise<string> {
  const left = await leftDatabases(mongodb).findOneAndDelete({});
  if (!left) return `test_${randomBytes(6).toString('hex')}_`;
  const { databases } = await mongodb.db().admin().listDatabases({ nameOnly: true });
  const ours = databases.filter(({ name }) => name.startsWith(left._id));
  const collections = (
    await Promise.all(ours.map(({ name }) => mongodb.db(name).collections()))
  ).flat();
  if (collections.some(({ collectionName }) => collectionName.startsWith('system.')))
    return takeDatabases(mongodb);
  await Promise.all(collections.map((collection) => collection.deleteMany({})));
  return left._id;
}

/** Deletes every key of a test environment. */
export async function emptyRedis({
  redis,
  keyPrefix,
}: Pick<TestEnvironment, 'redis' | 'keyPrefix'>): Promise<void> {
  for (const pattern of [`${keyPrefix}*`, `{${keyPrefix}*`]) {
    for (const server of serversOf(redis))
      for await (const keys of server.scanStream({ match: pattern, count: 1000 }))
        await Promise.all((keys as string[]).map((key) => redis.unlink(key)));
  }
}

/** A client of the Redis that the URL names; of one server it connects anew, whatever is under way. */
function openClient(url: string): Promise<RedisClient> | RedisClient {
  return url.includes('+') ? connectRedis(url, pino({ level: 'silent' })) : new Redis(url);
}

function engineUrl(variable: string): string {
  const url = process.env[variable];
  if (!url)
    throw new Error(`${variable} is not set: run the tests by npm test, which starts the engines`);
  return url;
}

export interface TestHost extends Host {
  env: TestEnvironment;
  config: Config;
  /** What a module was given; its settings are whatever they are. */
  context(module: string): ModuleContext<never>;
}

export interface TestHostOptions {
  modules?: readonly Module[];
  /** All modules of the system, where others run elsewhere. */
  known?: readonly Module[];
  /** Variables that differ from those of the place. */
  environment?: Record<string, string>;
  /** Where to run; by default a new one. */
  env?: TestEnvironment;
  adminToken?: string;
}

/** Starts a host in this process; it is stopped when the test ends. */
export async function startTestHost(t: Test, options: TestHostOptions = {}): Promise<TestHost> {
  const {
    modules = allModules,
    known = modules,
    environment = {},
    env = await openTestEnvironment(t),
    adminToken = ADMIN_TOKEN,
  } = options;
  const config = loadConfig({ ...env.environment, ...environment }, known);
  const host = await startHost({
    config,
    modules,
    known,
    redisUrl: env.redisUrl,
    mongodbUrl: env.mongodbUrl,
    log: pino({ level: config.LOG_LEVEL }),
    version: '0.0.0',
    adminToken,
  });
  t.teardown(() => host.stop());
  return {
    ...host,
    env,
    config,
    context(module) {
      const context = host.contexts.get(module);
      if (!context) throw new Error(`module ${module} does not run in this host`);
      return context as ModuleContext<never>;
    },
  };
}

/**
 * Waits until `read` gives something other than undefined, null or false, and gives that.
 *
 * @throws Error that says what was waited for, after the deadline or with the last failure.
 */
export async function eventually<T>(
  what: string,
  read: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== null && value !== false) return value;
    if (Date.now() > end) throw new Error(`${what}: not so after ${deadlineMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
