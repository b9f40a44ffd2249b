/** What the host gives a module. */
import type { FastifyBaseLogger } from 'fastify';
import type { ClientSession, Db } from 'mongodb';
import type { Bus, Failure, OutboxDocument, RedisClient } from '../bus/index.ts';
import type { Cache } from '../stores/cache.ts';
import type { InternalTokens } from '../http/internal-token.ts';
import type { ServiceRegistry } from '../registry/registry.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import type { ReadModel } from '../read-model/read-model.ts';

/** A module's own settings, stores and stream, nobody else's. */
export interface ModuleContext<Settings = unknown> {
  readonly settings: Settings;
  readonly log: FastifyBaseLogger;
  /** The module's own database. */
  readonly db: Db;
  readonly redis: RedisClient;
  /** A key of the module's own in Redis. */
  readonly redisKey: (name: string) => string;
  /** The text of a key in Redis, asked for together with those that others ask for at the same time. */
  readonly redisGet: (key: string) => Promise<string | null>;
  /** The module's cache of that name, which keeps an answer for `ttlMs`. */
  readonly cache: (name: string, ttlMs: number) => Cache;
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
  readonly publish: (collection: string, documents: readonly OutboxDocument[]) => Promise<void>;
  /**
   * Gives the ids of a document's published events that its outbox still holds, as far as is known here,
   * and forgets them: the caller's next write of the document takes them away. Should it not, a sweep
   * does.
   */
  readonly takePublished: (collection: string, id: string) => string[];
  /**
   * Publishes again what the store already holds, for those who lost their copy; a cursor is read
   * and published some at a time. An entry that Redis did not confirm is an error here, since no
   * outbox remembers it. Gives how many events there were.
   */
  readonly republish: (
    events: Iterable<Record<string, string>> | AsyncIterable<Record<string, string>>,
  ) => Promise<number>;
  /**
   * Calls `notify` after every event with this key on the module's own stream, whichever process has
   * published it, and whenever one may have been missed. Gives the function that ends it.
   */
  readonly watch: (key: string, notify: () => void) => () => void;
  /** What failed lately on the way of events with this key, in any module, oldest first. */
  readonly failuresOf: (key: string) => Promise<Failure[]>;
  /** What became of events with this key in every group that handles them. */
  readonly trace: Bus['trace'];
  /** The module's collection with `readModel`; where it declares none, every call rejects. */
  readonly readModel: ReadModel;
  /** A secret of the module's own, the same in every process and after every restart. */
  readonly secret: Buffer;
  /** The users whom the module has erased. */
  readonly pseudonyms: Pseudonyms;
  /** Signs for callers that the module has verified, so that other processes believe it. */
  readonly internalTokens: InternalTokens;
  /** The other processes of this Millrace. */
  readonly registry: Pick<ServiceRegistry, 'list'>;
  /**
   * Since when this process reaches its stores and reads its streams without a break, in ms since the
   * epoch, as far as those saw who asked: a job that ends what waits too long asks in each run.
   */
  readonly healthySince: () => Promise<number>;
  /** Aborted when the process begins to stop. */
  readonly signal: AbortSignal;
}
