/** What a module is: one object that says all there is to know of it. */
import type { ClientSession, Db, IndexDescription } from 'mongodb';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  EventContract,
  Failure,
  Listener,
  OutboxDocument,
  OutboxRecord,
  RedisClient,
  Retention,
} from './bus/index.ts';
import type { Cache } from './cache.ts';
import type { Config } from './config/index.ts';
import type { Seal } from './http/seal.ts';
import type { Peers } from './peers.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import type { ReadModel } from './read-model/read-model.ts';

/** What the host gives a module: its own stores and its own stream, nobody else's. */
export interface ModuleContext {
  readonly config: Config;
  readonly log: FastifyBaseLogger;
  /** The module's own database. */
  readonly db: Db;
  readonly redis: RedisClient;
  /** A key of the module's own in Redis. */
  redisKey(name: string): string;
  /** The text of a key in Redis, asked for together with those that others ask for at the same time. */
  readonly redisGet: (key: string) => Promise<string | null>;
  /** The module's cache of that name, which keeps an answer for `ttlMs`. */
  cache(name: string, ttlMs: number): Cache;
  /**
   * Stores a new document together with those that others store at the same time, by one statement.
   * Its events are published by {@link publish}.
   *
   * @throws Error as `insertOne` does: see {@link isDuplicateKey}
   */
  readonly insert: (collection: string, document: { _id: string }) => Promise<void>;
  /**
   * Reads and writes in one transaction: on one snapshot, and all or nothing. `work` hands the session
   * to each of its operations, one after the other. It begins again where another transaction has
   * written the same documents, so it must do nothing else.
   *
   * @throws whatever `work` throws; then nothing is written
   */
  readonly transaction: <T>(work: (session: ClientSession) => Promise<T>) => Promise<T>;
  /** Publishes the events of documents that were just written to a collection with `outbox`. */
  publish(collection: string, documents: readonly OutboxDocument[]): Promise<void>;
  /**
   * Gives the ids of a document's published events that its outbox still holds, as far as is known here,
   * and forgets them: the caller's next write of the document takes them away. Should it not, a sweep
   * does.
   */
  takePublished(collection: string, id: string): string[];
  /**
   * Publishes again what the store already holds, for those who lost their copy; a cursor is read
   * and published some at a time. An entry that Redis did not confirm is an error here, since no
   * outbox remembers it. Gives how many events there were.
   */
  republish(
    events: Iterable<Record<string, string>> | AsyncIterable<Record<string, string>>,
  ): Promise<number>;
  /**
   * Calls `wake` after every event with this key on the module's own stream, whichever process has
   * published it, and whenever one may have been missed. Gives the function that ends it.
   */
  follow(key: string, wake: () => void): () => void;
  /** What failed lately on the way of events with this key, in any module, oldest first. */
  failuresOf(key: string): Promise<Failure[]>;
  /** The module's collection with `readModel`; where it declares none, every call rejects. */
  readonly readModel: ReadModel;
  /** A secret of the module's own, the same in every process and after every restart. */
  readonly secret: Buffer;
  /** The users whom the module has erased. */
  readonly pseudonyms: Pseudonyms;
  /** Signs for callers that the module has verified, so that other processes believe it. */
  readonly seal: Seal;
  /** The other processes of this Millrace. */
  readonly peers: Pick<Peers, 'look'>;
  /**
   * Since when this process reaches its stores and reads its streams without a break, in ms since the
   * epoch, as far as those saw who asked: a task that ends what waits too long asks in each round.
   */
  undisturbedSince(): Promise<number>;
  /** Aborted when the process begins to stop. */
  readonly signal: AbortSignal;
}

/** A collection of a module: its indexes, and whether its documents carry events. */
export interface CollectionDeclaration {
  readonly indexes?: readonly IndexDescription[];
  readonly outbox?: boolean;
  /**
   * It is made by the module's handlers alone, so it can be made again from nothing, by the events
   * that other modules' documents remember. It is reached by `context.readModel` alone, since what
   * is being rebuilt lies in a second collection until that takes its place. One in a module.
   */
  readonly readModel?: boolean;
  /** The streams that the read model is made of; by default all that the module listens to. */
  readonly sources?: readonly string[];
}

/** The Fastify instance that routes are added to, typed by their TypeBox schemas. */
export type Routes = (
  app: FastifyInstance<
    RawServerDefault,
    IncomingMessage,
    ServerResponse,
    FastifyBaseLogger,
    TypeBoxTypeProvider
  >,
  context: ModuleContext,
) => void | Promise<void>;

/** A task that runs at the start and then `everyMs` after each round, until the process stops. */
export interface ModuleTask {
  readonly name: string;
  readonly everyMs: number;
  readonly run: (context: ModuleContext) => Promise<unknown>;
}

export interface Module {
  /** Lower case with hyphens; names the consumer group and, with `_` for `-`, the database. */
  readonly name: string;
  /** What it does, in a few words, for the documents. */
  readonly description?: string;
  /** The one stream that the module writes, and the events that it publishes there. */
  readonly stream?: string;
  readonly publishes?: readonly EventContract[];
  /** The events of other modules that it handles. */
  readonly listens?: readonly Listener<ModuleContext>[];
  readonly collections?: Readonly<Record<string, CollectionDeclaration>>;
  /** Adds the module's routes; they live under `/api`. */
  readonly routes?: Routes;
  /** Adds the operator's routes; they live under `/api/admin` and want the `ADMIN_TOKEN`. */
  readonly adminRoutes?: Routes;
  /** Adds pages, at the root of the process. */
  readonly pages?: Routes;
  /** Adds hooks that see every request to the process before any route does. */
  readonly edge?: Routes;
  /** How much of its stream is kept although all have handled it; by default the process's. */
  readonly retention?: Partial<Retention>;
  /**
   * Publishes again, with `context.republish`, what may be missing from Redis: all that is open, and
   * what was changed since the given time, in ms since the epoch. Runs at every start and whenever
   * Redis has lost events, so those who listen must know an event that comes again.
   */
  readonly recover?: (context: ModuleContext, since: number) => Promise<void>;
  /**
   * Every event that the module's documents remember, with the id, time and data that it had when it
   * was published; those of one key in their order. Read models of others are rebuilt from them.
   */
  readonly events?: (context: ModuleContext) => AsyncIterable<OutboxRecord>;
  /**
   * Everything that the module holds of a user, for whoever has a right to see it. A module that has
   * such data has it erased by `context.pseudonyms` where it hears that the user is.
   */
  readonly personalData?: (context: ModuleContext, userId: string) => AsyncIterable<object>;
  /** What the module does again and again, in every process that runs it; a failure is tried again. */
  readonly tasks?: readonly ModuleTask[];
  /** Runs when its collections are ready and before its events and requests come. */
  readonly start?: (context: ModuleContext) => Promise<void>;
  /** Runs after the last event and request. */
  readonly stop?: (context: ModuleContext) => Promise<void>;
}

/**
 * Declares a module.
 *
 * @throws Error where an event that it publishes belongs to another stream than its own, or it has
 * more than one read model.
 */
export function defineModule(module: Module): Module {
  for (const contract of module.publishes ?? []) {
    if (contract.stream !== module.stream) {
      throw new Error(
        `module ${module.name} writes ${module.stream ?? 'no stream'}, but publishes ${contract.type} of ${contract.stream}`,
      );
    }
  }
  if (Object.values(module.collections ?? {}).filter(({ readModel }) => readModel).length > 1)
    throw new Error(`module ${module.name} has more than one read model`);
  return module;
}

/** What a module's read model is: its name, its indexes, the streams that it is made of. */
export interface ReadModelDeclaration {
  name: string;
  indexes: readonly IndexDescription[];
  sources: ReadonlySet<string>;
}

/** The read model of a module, or undefined where it has none. */
export function readModelOf({
  collections = {},
  listens = [],
}: Module): ReadModelDeclaration | undefined {
  const [found] = Object.entries(collections).filter(([, { readModel }]) => readModel);
  if (!found) return undefined;
  const [name, { indexes = [], sources = listens.map(({ contract }) => contract.stream) }] = found;
  return { name, indexes, sources: new Set(sources) };
}

/** The name of a module's database. */
export function databaseName(prefix: string, module: string): string {
  return prefix + module.replaceAll('-', '_');
}
