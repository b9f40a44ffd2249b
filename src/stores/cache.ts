/**
 * Cache-aside: answers that a process keeps in its memory for a while, and that all processes drop at once
 * when what they were made of changes. A Redis that is away makes reads slower, never wrong.
 *
 * Every answer belongs to a scope and was made in the scope's generation, which Redis is asked for before
 * anything is given, those who ask at the same time together. Dropping a scope gives it a new generation,
 * so an answer that was being loaded meanwhile is never given.
 */
import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { RedisClient } from '../bus/index.ts';
import { etagOf } from '../http/etag.ts';

/** What an answer takes in memory besides its body, about, in bytes. */
const OVERHEAD = 500;

export interface CacheOptions {
  redis: RedisClient;
  /** Gives the text of a key in Redis. */
  get: (key: string) => Promise<string | null>;
  /** What every key of the cache begins with. */
  prefix: string;
  /** How long an answer is kept, in ms. */
  ttlMs: number;
  /** How much of them is kept at most, in bytes. */
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

export interface Cache {
  /**
   * What is kept under the key, or else what `load` gives, which is kept then. However many ask a process
   * for a key at the same time, one loads it and all get that.
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
  const loading = new Map<string, Promise<Cached>>();
  const memory = new LRUCache<string, Cached>({
    ttl: ttlMs,
    maxSize: memoryBytes,
    sizeCalculation: ({ body }) => body.length + OVERHEAD,
  });
  const generationKey = (scope: string): string => `{${prefix}${scope}}:generation`;

  async function fill(name: string, load: () => Promise<string>): Promise<Cached> {
    // Its time begins before the load, so that none outlives the generation after its own.
    const start = performance.now();
    const answer = toAnswer(await load());
    memory.set(name, { ...answer, hit: true }, { start });
    return answer;
  }

  return {
    async get(scope, key, load) {
      const generation = await get(generationKey(scope)).catch(() => undefined);
      if (generation === undefined) return toAnswer(await load());
      const name = `${generation}\n${scope}\n${key}`;
      const ready = memory.get(name);
      if (ready) return ready;
      const running = loading.get(name) ?? fill(name, load).finally(() => loading.delete(name));
      loading.set(name, running);
      return running;
    },
    async drop(scopes) {
      await Promise.all(
        [...new Set(scopes)].map((scope) =>
          redis.set(generationKey(scope), randomUUID(), 'PX', 2 * ttlMs),
        ),
      );
    },
  };
}

function toAnswer(text: string): Cached {
  return { body: Buffer.from(text), etag: etagOf(text), hit: false };
}
