/**
 * Cache-aside: answers that are kept for a while, and dropped at once when what they were made of
 * changes. Redis has them for all processes, and each has those it gives most ready in its memory. A
 * Redis that is away makes reads slower, never wrong.
 *
 * Every answer belongs to a scope and carries the scope's generation, which Redis is asked for before
 * anything is given, those who ask at the same time together. Dropping a scope gives it a new generation,
 * so an answer that was being loaded meanwhile is stored under the old one and never given.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { RedisClient } from './bus/index.ts';
import { etagOf } from './http/etag.ts';

/** How long another process may take to load an answer before this one loads it too, in ms. */
const LOAD_MS = 2000;
/** The pause between two looks whether it has, in ms. */
const LOOK_MS = 20;
/** What an answer takes in memory besides its body, about, in bytes. */
const OVERHEAD = 500;

/** Stores an answer while its generation is the scope's. */
const STORE = `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1`;

export interface CacheOptions {
  redis: RedisClient;
  /** Gives the text of a key in Redis. */
  get: (key: string) => Promise<string | null>;
  /** What every key of the cache begins with. */
  prefix: string;
  /** How long an answer is kept, in ms. */
  ttlMs: number;
  /** How much of them this process has in memory at most, in bytes. */
  memoryBytes: number;
}

/** An answer, ready to be sent. */
export interface Cached {
  readonly body: Buffer;
  /** Names the body. */
  readonly etag: string;
  /** Whether it was kept. */
  readonly hit: boolean;
}

interface Entry extends Cached {
  readonly generation: string;
  /** In ms since the epoch. */
  readonly until: number;
}

export interface Cache {
  /**
   * What is kept under the key, or else what `load` gives, which is kept then. However many ask for
   * a key at the same time, one loads it and all get that.
   */
  get(scope: string, key: string, load: () => Promise<string>): Promise<Cached>;
  /**
   * Drops all answers of the scopes.
   *
   * @throws Error where Redis is away; answers then stay until their time is over
   */
  drop(scopes: Iterable<string>): Promise<void>;
}

export function createCache({ redis, get, prefix, ttlMs, memoryBytes }: CacheOptions): Cache {
  const loading = new Map<string, Promise<Entry>>();
  const memory = new LRUCache<string, Entry>({
    maxSize: memoryBytes,
    sizeCalculation: ({ body }) => body.length + OVERHEAD,
  });
  // The braces keep a scope in one slot of a cluster.
  const generationKey = (scope: string): string => `{${prefix}${scope}}:generation`;
  // A process of an earlier version has other texts under the key alone.
  const nameOf = (scope: string, key: string): string => `{${prefix}${scope}}:ready:${key}`;
  const generationOf = async (scope: string): Promise<string> =>
    (await get(generationKey(scope))) ?? '';

  /** The answer of that generation in Redis, which is in memory then for the rest of its time. */
  async function look(name: string, generation: string): Promise<Entry | undefined> {
    const text = await get(name);
    if (!text?.startsWith(`${generation}\n`)) return undefined;
    const start = generation.length + 1;
    const end = text.indexOf('\n', start);
    const until = Number(text.slice(start, end));
    // The clock of the process that has loaded it may be another.
    const bounded = Math.min(until, Date.now() + ttlMs);
    const entry = toEntry(text.slice(end + 1), generation, bounded);
    memory.set(name, entry);
    return entry;
  }

  /** Loads and stores, unless another process is about to: then its answer is waited for. */
  async function fill(scope: string, key: string, generation: string, load: () => Promise<string>) {
    const name = nameOf(scope, key);
    const lock = `${name}:lock:${generation}`;
    const ours = await redis.set(lock, '1', 'PX', LOAD_MS, 'NX').catch(() => 'OK');
    if (ours === null) {
      const theirs = await awaitOther(scope, name);
      if (theirs) return theirs;
    }
    try {
      const body = await load();
      const until = Date.now() + ttlMs;
      const text = `${generation}\n${until}\n${body}`;
      const entry = toEntry(body, generation, until);
      const stored = await redis
        .eval(STORE, 2, generationKey(scope), name, generation, text, ttlMs)
        .catch(() => 0);
      if (stored === 1) memory.set(name, entry);
      return entry;
    } finally {
      await redis.del(lock).catch(() => undefined);
    }
  }

  async function awaitOther(scope: string, name: string): Promise<Entry | undefined> {
    const end = Date.now() + LOAD_MS;
    while (Date.now() < end) {
      await delay(LOOK_MS);
      const kept = await generationOf(scope)
        .then((generation) => look(name, generation))
        .catch(() => undefined);
      if (kept) return kept;
    }
    return undefined;
  }

  return {
    async get(scope, key, load) {
      const name = nameOf(scope, key);
      let generation: string;
      try {
        generation = await generationOf(scope);
        const ready = memory.get(name);
        if (ready?.generation === generation && ready.until > Date.now()) return ready;
        const kept = await look(name, generation);
        if (kept) return kept;
      } catch {
        return { ...toEntry(await load(), '', 0), hit: false };
      }
      const flight = `${generation}\n${name}`;
      const running =
        loading.get(flight) ??
        fill(scope, key, generation, load).finally(() => loading.delete(flight));
      loading.set(flight, running);
      return { ...(await running), hit: false };
    },
    async drop(scopes) {
      // Longer than any answer of an earlier generation is kept.
      const life = 2 * ttlMs + LOAD_MS;
      await Promise.all(
        [...new Set(scopes)].map((scope) =>
          redis.set(generationKey(scope), randomUUID(), 'PX', life),
        ),
      );
    },
  };
}

function toEntry(text: string, generation: string, until: number): Entry {
  return { body: Buffer.from(text), etag: etagOf(text), hit: true, generation, until };
}
