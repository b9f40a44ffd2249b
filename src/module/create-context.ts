/** Preparing a module: its collections with their indexes and outboxes, and what it is given. */
import type { FastifyBaseLogger } from 'fastify';
import { MongoBulkWriteError, MongoServerError, type Db, type MongoClient } from 'mongodb';
import {
  chunk,
  groupCommit,
  OUTBOX_INDEX,
  type Bus,
  type Outbox,
  type OutboxDocument,
  type RedisClient,
} from '../bus/index.ts';
import { createCache, type Cache } from '../stores/cache.ts';
import { settingsOf, type Config } from '../config/index.ts';
import { ignoreExisting, isDuplicateKey } from '../stores/mongodb.ts';
import type { InternalTokens } from '../http/internal-token.ts';
import type { ModuleContext } from './context.ts';
import { databaseName, readModelOf, type Module } from './module.ts';
import type { ServiceRegistry } from '../registry/registry.ts';
import { createReadModel, type ReadModel } from '../read-model/read-model.ts';
import { createGet } from '../stores/redis-get.ts';
import { createVersions, VERSIONS, type Versions } from '../read-model/versions.ts';
import { createPseudonyms, ERASED } from './pseudonyms.ts';
import { deriveSecret } from '../runtime/secrets.ts';

/** Events that are published again at a time. */
const REPUBLISH_BATCH = 500;

/** What a transaction reads is on the disk of a majority when it has been committed. */
const ONE_SNAPSHOT = { readConcern: { level: 'snapshot' } } as const;

export interface ModuleDependencies {
  config: Config;
  log: FastifyBaseLogger;
  mongodb: MongoClient;
  redis: RedisClient;
  bus: Bus;
  /** The secret that all processes share. */
  secret: Buffer;
  internalTokens: InternalTokens;
  registry: ServiceRegistry;
  /** Since when all has worked without a break, in ms since the epoch. */
  healthySince: () => Promise<number>;
  signal: AbortSignal;
}

/** Makes the module's collections where they are missing, and its context. */
export async function createModuleContext(
  module: Module,
  dependencies: ModuleDependencies,
): Promise<ModuleContext> {
  const {
    config,
    log,
    mongodb,
    redis,
    bus,
    secret,
    internalTokens,
    registry,
    healthySince,
    signal,
  } = dependencies;
  const db = mongodb.db(databaseName(config.MONGODB_DATABASE_PREFIX, module.name));
  const model = readModelOf(module);
  const versions = model && createVersions(db, model.name);
  const own = deriveSecret(secret, `module ${module.name}`);
  const outboxes = await createCollections(module, db, bus, versions);
  const outboxOf = (collection: string): Outbox => {
    const outbox = outboxes.get(collection);
    if (!outbox) throw new Error(`module ${module.name} declares no outbox for ${collection}`);
    return outbox;
  };
  const redisKey = (name: string): string =>
    `${config.REDIS_KEY_PREFIX}millrace:${module.name}:${name}`;
  const redisGet = createGet(redis);
  const caches = new Map<string, Cache>();
  return {
    settings: settingsOf(config, module),
    log: log.child({ module: module.name }),
    db,
    redis,
    redisKey,
    redisGet,
    cache(name, ttlMs) {
      const prefix = redisKey(`${name}:`);
      const memoryBytes = config.CACHE_MEMORY_BYTES;
      const cache =
        caches.get(name) ?? createCache({ redis, get: redisGet, prefix, ttlMs, memoryBytes });
      caches.set(name, cache);
      return cache;
    },
    insert: createInserts(db),
    transaction: (work) =>
      mongodb.withSession((session) => session.withTransaction(work, ONE_SNAPSHOT)),
    publish: async (collection, documents) => outboxOf(collection).publish(documents),
    takePublished: (collection, id) => outboxOf(collection).takePublished(id),
    async republish(events) {
      let count = 0;
      for await (const batch of chunk(events, REPUBLISH_BATCH)) {
        const confirmed = await bus.publisher.publish(streamOf(module), batch);
        if (confirmed.includes(false)) throw new UnconfirmedError(module.name);
        count += batch.length;
      }
      return count;
    },
    watch: (key, notify) => bus.watch(streamOf(module), key, notify),
    failuresOf: (key) => bus.failuresOf(key),
    trace: (key, events) => bus.trace(key, events),
    readModel: versions ? createReadModel(db, versions) : noReadModel(module.name),
    secret: own,
    pseudonyms: createPseudonyms(db, own),
    internalTokens,
    registry,
    healthySince,
    signal,
  };
}

/** What stores new documents, each collection's together. */
function createInserts(db: Db): ModuleContext['insert'] {
  const inserts = new Map<string, (document: { _id: string }) => Promise<void>>();
  return (name, document) => {
    const known = inserts.get(name);
    if (known) return known(document);
    const collection = db.collection<{ _id: string }>(name);
    const insert = groupCommit<{ _id: string }, void>(async (documents) => {
      const failed = new Map<number, Error>();
      try {
        await collection.insertMany(documents, { ordered: false });
      } catch (error) {
        if (!(error instanceof MongoBulkWriteError) || !isDuplicateKey(error)) throw error;
        for (const { index, code, errmsg = '' } of [error.writeErrors].flat())
          failed.set(index, new MongoServerError({ message: errmsg, code }));
      }
      return documents.map((_, i) => failed.get(i));
    });
    inserts.set(name, insert);
    return insert(document);
  };
}

/** Redis did not confirm events that no outbox remembers. */
class UnconfirmedError extends Error {
  /** Tells the bus that nothing is wrong with the entry whose handler published them. */
  readonly unavailable = true;

  constructor(module: string) {
    super(`Redis did not confirm all events that ${module} published again`);
  }
}

function noReadModel(module: string): ReadModel {
  const refuse = () => Promise.reject(new Error(`module ${module} declares no read model`));
  return { version: refuse, read: refuse, write: refuse };
}

/**
 * Collections are made here, at the start, rather than by the first of many concurrent writes. That
 * of a read model has the name of its current version.
 */
async function createCollections(
  module: Module,
  db: Db,
  bus: Bus,
  versions: Versions | undefined,
): Promise<Map<string, Outbox>> {
  const outboxes = new Map<string, Outbox>();
  const existing = new Set(
    (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name),
  );
  if (versions && !existing.has(VERSIONS))
    await db.createCollection(VERSIONS).catch(ignoreExisting);
  if (module.provides?.includes('personalData') && !existing.has(ERASED))
    await db.createCollection(ERASED).catch(ignoreExisting);
  for (const [declared, declaration] of Object.entries(module.collections ?? {})) {
    const { indexes = [], outbox, readModel } = declaration;
    const name = readModel && versions ? (await versions.read()).current : declared;
    if (!existing.has(name)) await db.createCollection(name).catch(ignoreExisting);
    const all = outbox ? [...indexes, OUTBOX_INDEX] : [...indexes];
    if (all.length > 0) await db.collection(name).createIndexes(all);
    if (outbox)
      outboxes.set(name, bus.outbox(db.collection<OutboxDocument>(name), streamOf(module)));
  }
  return outboxes;
}

function streamOf(module: Module): string {
  if (!module.stream) throw new Error(`module ${module.name} publishes, but names no stream`);
  return module.stream;
}
