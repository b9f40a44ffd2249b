/**
 * Cache-aside in Redis: values that are kept for a while, and dropped at once when what they were
 * made of changes. A Redis that is away makes reads slower, never wrong.
 *
 * Every value belongs to a scope and carries the scope's generation. Dropping a scope gives it a new
 * generation, so a value that was being loaded meanwhile is stored under the old one and never given.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { RedisClient } from './bus/index.ts';

/** How long another process may take to load a value before this one loads it too, in ms. */
const LOAD_MS = 2000;
/** The pause between two looks whether it has, in ms. */
const LOOK_MS = 20;

/** Stores a value while its generation is the scope's. */
const STORE = `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1`;

export interface CacheOptions {
  redis: RedisClient;
  /** What every key of the cache begins with. */
  prefix: string;
  /** How long a value is kept, in ms. */
  ttlMs: number;
}

export interface Cache {
  /**
   * What is kept under the key, or else what `load` gives, which is kept then. However many ask for
   * a key at the same time, one loads it and all get that. Values are JSON.
   */
  get<T>(scope: string, key: string, load: () => Promise<T>): Promise<{ value: T; hit: boolean }>;
  /**
   * Drops all values of the scopes.
   *
   * @throws Error where Redis is away; values then stay until their time is over
   */
  drop(scopes: Iterable<string>): Promise<void>;
}

export function createCache({ redis, prefix, ttlMs }: CacheOptions): Cache {
  const loading = new Map<string, Promise<unknown>>();
  // The braces keep a scope in one slot of a cluster.
  const base = (scope: string): string => `{${prefix}${scope}}`;
  const generationKey = (scope: string): string => `${base(scope)}:generation`;

  /** The scope's generation, and the value where one of that generation is kept. */
  async function look(scope: string, key: string) {
    const [generation, text] = await redis.mget(generationKey(scope), `${base(scope)}:${key}`);
    const now = generation ?? '';
    const kept = text?.startsWith(`${now}\n`) ? text.slice(now.length + 1) : undefined;
    return { generation: now, kept };
  }

  /** Loads and stores, unless another process is about to: then its value is waited for. */
  async function fill<T>(scope: string, key: string, generation: string, load: () => Promise<T>) {
    const lock = `${base(scope)}:lock:${generation}:${key}`;
    const ours = await redis.set(lock, '1', 'PX', LOAD_MS, 'NX').catch(() => 'OK');
    if (ours === null) {
      const theirs = await awaitOther(scope, key);
      if (theirs !== undefined) return JSON.parse(theirs) as T;
    }
    try {
      const value = await load();
      const keys = [generationKey(scope), `${base(scope)}:${key}`] as const;
      const text = `${generation}\n${JSON.stringify(value)}`;
      await redis.eval(STORE, 2, ...keys, generation, text, ttlMs).catch(() => undefined);
      return value;
    } finally {
      await redis.del(lock).catch(() => undefined);
    }
  }

  async function awaitOther(scope: string, key: string): Promise<string | undefined> {
    const end = Date.now() + LOAD_MS;
    while (Date.now() < end) {
      await delay(LOOK_MS);
      const { kept } = await look(scope, key).catch(() => ({ kept: undefined }));
      if (kept !== undefined) return kept;
    }
    return undefined;
  }

  return {
    async get<T>(scope: string, key: string, load: () => Promise<T>) {
      const found = await look(scope, key).catch(() => undefined);
      if (!found) return { value: await load(), hit: false };
      if (found.kept !== undefined) return { value: JSON.parse(found.kept) as T, hit: true };
      const name = `${scope}\n${found.generation}\n${key}`;
      const running = loading.get(name) as Promise<T> | undefined;
      if (running) return { value: await running, hit: false };
      const filling = fill(scope, key, found.generation, load).finally(() => loading.delete(name));
      loading.set(name, filling);
      return { value: await filling, hit: false };
    },
    async drop(scopes) {
      // Longer than any value of an earlier generation is kept.
      const life = 2 * ttlMs + LOAD_MS;
      await Promise.all(
        [...new Set(scopes)].map((scope) =>
          redis.set(generationKey(scope), randomUUID(), 'PX', life),
        ),
      );
    },
  };
}
