/**
 * Following a stream as it grows, without a group: what others or we publish wakes those who wait
 * for news of a key. Nothing is acknowledged or kept for a follower; what it wakes for stands in a store.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { backoff } from './retry-policy.ts';
import { openBlocked } from './blocking-connection.ts';
import type { RedisClient } from '../connections.ts';
import { asError } from '../errors.ts';
import type { Log } from '../observer.ts';
import { createSizes, sizeOf } from './in-flight.ts';
import { toFields, type RawEntry } from '../contract/wire.ts';

/** Entries asked for by one read at most, and how many bytes they should not go beyond. */
const COUNT = 1000;
const BYTES = 4_194_304;
/** Pauses between attempts to read while Redis is in trouble, in ms. */
const TROUBLE_MIN_MS = 50;
const TROUBLE_MAX_MS = 2000;

export interface TailsOptions {
  connect: (key: string) => Redis;
  /** A connection for other commands. */
  commands: RedisClient;
  /** The key of a stream in Redis. */
  keyOf: (stream: string) => string;
  blockMs: number;
  /** How late a read may be before its connection is built anew, in ms. */
  graceMs: number;
  log: Log;
}

export interface Tails {
  /**
   * Calls `wake` after every entry of the stream with the key, and whenever one may have been
   * missed: when reading begins, and when it works again after trouble. Gives the function that ends it.
   */
  follow(stream: string, key: string, wake: () => void): () => void;
  /** Ends reading, whoever follows. */
  close(): void;
}

interface Tail {
  follow(key: string, wake: () => void): () => void;
  close(): void;
}

/** Makes the tails of streams. Each has a connection of its own only while somebody follows. */
export function createTails(options: TailsOptions): Tails {
  const tails = new Map<string, Tail>();
  return {
    follow(stream, key, wake) {
      const tail = tails.get(stream) ?? createTail(options, stream);
      tails.set(stream, tail);
      return tail.follow(key, wake);
    },
    close() {
      for (const tail of tails.values()) tail.close();
    },
  };
}

function createTail(options: TailsOptions, stream: string): Tail {
  const { connect, commands, blockMs, graceMs, log } = options;
  const key = options.keyOf(stream);
  const followers = new Map<string, Set<() => void>>();
  const sizes = createSizes(BYTES);
  let stopReading: (() => void) | undefined;

  function start(): () => void {
    const connection = openBlocked({ connect, commands, key, overdueMs: blockMs + graceMs });
    let stopped = false;
    void read();
    return () => {
      stopped = true;
      connection.close();
    };

    async function read(): Promise<void> {
      let last: string | undefined;
      for (let failures = 0; !stopped;) {
        try {
          if (last === undefined) {
            last = await newest();
            for (const wakes of followers.values()) for (const wake of wakes) wake();
          }
          const entries = await entriesAfter(last);
          if (failures > 0) log.info({ stream, failures }, 'following works again');
          failures = 0;
          last = entries.at(-1)?.[0] ?? last;
          wakeAll(entries);
        } catch (error) {
          if (stopped) return;
          last = undefined;
          failures += 1;
          if (failures === 1)
            log.warn({ err: asError(error), stream }, 'following failed and is tried again');
          await delay(backoff(failures, TROUBLE_MIN_MS, TROUBLE_MAX_MS));
        }
      }
    }

    async function entriesAfter(id: string): Promise<RawEntry[]> {
      const count = sizes.fitting(COUNT, BYTES);
      const reply = await connection.call((redis) =>
        redis.xread('COUNT', count, 'BLOCK', blockMs, 'STREAMS', key, id),
      );
      const entries = reply?.[0]?.[1] ?? [];
      if (entries.length > 0) sizes.note(Math.max(...entries.map(sizeOf)));
      return entries;
    }
  }

  async function newest(): Promise<string> {
    const [entry] = await commands.xrevrange(key, '+', '-', 'COUNT', 1);
    return entry?.[0] ?? '0-0';
  }

  function wakeAll(entries: readonly RawEntry[]): void {
    const keys = new Set(entries.map(([, list]) => toFields(list)['key']));
    for (const one of keys) for (const wake of followers.get(one ?? '') ?? []) wake();
  }

  return {
    follow(one, wake) {
      const wakes = followers.get(one) ?? new Set();
      followers.set(one, wakes.add(wake));
      if (stopReading) wake();
      else stopReading = start();
      return () => {
        wakes.delete(wake);
        if (wakes.size === 0 && followers.get(one) === wakes) followers.delete(one);
        if (followers.size > 0) return;
        stopReading?.();
        stopReading = undefined;
      };
    },
    close() {
      followers.clear();
      stopReading?.();
    },
  };
}
