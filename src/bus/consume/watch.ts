/**
 * Watching a stream as it grows, without a group: what others or we publish notifies those who wait for
 * something new of a key. Nothing is acknowledged or kept for a watcher: what it waits for stands in a store.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { openBlockingConnection, type RedisClient } from '../connections.ts';
import { toFields } from '../contract/wire.ts';
import { asError } from '../errors.ts';
import type { Log } from '../observer.ts';
import type { BusOptions } from '../options.ts';
import { entriesOf, type RawEntry } from '../replies.ts';
import { createSizes, sizeOf } from './in-flight.ts';
import { backoff } from './retry-policy.ts';

/** Entries asked for by one read at most, and how many bytes they should not go beyond. */
const COUNT = 1000;
const BYTES = 4_194_304;
/** Pauses after reads that failed, in ms. */
const RETRY_MIN_MS = 50;
const RETRY_MAX_MS = 2000;

export interface WatchOptions {
  connect: (key: string) => Redis;
  /** A connection for other commands. */
  commands: RedisClient;
  /** The key of a stream in Redis. */
  keyOf: (stream: string) => string;
  options: Pick<BusOptions, 'blockMs' | 'readGraceMs'>;
  log: Log;
}

export interface Watches {
  /**
   * Calls `notify` after every entry of the stream with the key, and whenever one may have been
   * missed: when reading begins, and when it works again after a failure. Gives the function that ends it.
   */
  watch(stream: string, key: string, notify: () => void): () => void;
  /** Ends reading, whoever watches. */
  close(): void;
}

interface StreamWatch {
  watch(key: string, notify: () => void): () => void;
  close(): void;
}

/** Makes the watches of streams. Each has a connection of its own only while there is a watcher. */
export function createWatches(options: WatchOptions): Watches {
  const streams = new Map<string, StreamWatch>();
  return {
    watch(stream, key, notify) {
      const watched = streams.get(stream) ?? createStreamWatch(options, stream);
      streams.set(stream, watched);
      return watched.watch(key, notify);
    },
    close() {
      for (const watched of streams.values()) watched.close();
    },
  };
}

function createStreamWatch(options: WatchOptions, stream: string): StreamWatch {
  const watchers = new Map<string, Set<() => void>>();
  let stopReading: (() => void) | undefined;

  function notifyAll(): void {
    for (const notifies of watchers.values()) for (const notify of notifies) notify();
  }

  function notifyOf(entries: readonly RawEntry[]): void {
    const keys = new Set(entries.map(([, list]) => toFields(list)['key']));
    for (const one of keys) for (const notify of watchers.get(one ?? '') ?? []) notify();
  }

  return {
    watch(key, notify) {
      const notifies = watchers.get(key) ?? new Set();
      watchers.set(key, notifies.add(notify));
      if (stopReading) notify();
      else stopReading = readOn(options, stream, { begun: notifyAll, came: notifyOf });
      return () => {
        notifies.delete(notify);
        if (notifies.size === 0 && watchers.get(key) === notifies) watchers.delete(key);
        if (watchers.size > 0) return;
        stopReading?.();
        stopReading = undefined;
      };
    },
    close() {
      watchers.clear();
      stopReading?.();
    },
  };
}

/**
 * Reads what is appended to a stream until the function is called that it gives. `begun` is called when it
 * begins to read, and begins anew after a failure.
 */
function readOn(
  { connect, commands, keyOf, options, log }: WatchOptions,
  stream: string,
  on: { begun: () => void; came: (entries: readonly RawEntry[]) => void },
): () => void {
  const key = keyOf(stream);
  const { blockMs, readGraceMs } = options;
  const overdueMs = blockMs + readGraceMs;
  const connection = openBlockingConnection({ connect, commands, key, overdueMs });
  const sizes = createSizes(BYTES);
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
          on.begun();
        }
        const entries = await entriesAfter(last);
        if (failures > 0) log.info({ stream, failures }, 'watching works again');
        failures = 0;
        last = entries.at(-1)?.[0] ?? last;
        on.came(entries);
      } catch (error) {
        if (stopped) return;
        last = undefined;
        failures += 1;
        if (failures === 1)
          log.warn({ err: asError(error), stream }, 'watching failed and is tried again');
        await delay(backoff(failures, RETRY_MIN_MS, RETRY_MAX_MS));
      }
    }
  }

  async function newest(): Promise<string> {
    const [entry] = await commands.xrevrange(key, '+', '-', 'COUNT', 1);
    return entry?.[0] ?? '0-0';
  }

  async function entriesAfter(id: string): Promise<RawEntry[]> {
    const count = sizes.fitting(COUNT, BYTES);
    const reply = await connection.call((redis) =>
      redis.xread('COUNT', count, 'BLOCK', blockMs, 'STREAMS', key, id),
    );
    const entries = entriesOf(reply);
    if (entries.length > 0) sizes.note(Math.max(...entries.map(sizeOf)));
    return entries;
  }
}
