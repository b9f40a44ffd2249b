/** Reading: one blocked XREADGROUP on a connection of its own, that goes on after every failure. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { openBlockingConnection, type BlockingConnection } from '../connections.ts';
import { atMost } from '../scheduling.ts';
import { backoff } from './retry-policy.ts';
import type { InFlight } from './in-flight.ts';
import type { KeyedQueue } from './keyed-queue.ts';
import type { Receiver } from './router.ts';
import { isNoGroup } from '../maintain/group-offsets.ts';
import { asError } from '../errors.ts';
import type { Log } from '../observer.ts';
import type { BusOptions } from '../options.ts';
import { entriesOf, type GroupRef, type RawEntry } from '../replies.ts';

/** Pauses after reads that failed, in ms. */
const RETRY_MIN_MS = 50;
const RETRY_MAX_MS = 2000;
/** Entries that are asked for beyond twice as many as came last. */
const MORE = 32;
/** After so few, what comes while they are handled is read together, to be handled together. */
const FEW = 100;
/** How long a small read waits for handlers to end before the next, in ms. */
const LINGER_MS = 20;
/** How often a stopping reader tries to unblock its read, in ms. */
const UNBLOCK_EVERY_MS = 50;

export interface ReaderOptions {
  /** Opens the connection that this reader blocks; nobody else may use it. */
  connect: (key: string) => Redis;
  ref: GroupRef;
  options: Pick<BusOptions, 'readBatch' | 'blockMs' | 'readGraceMs'>;
  inFlight: Pick<InFlight, 'fitting' | 'waitForCapacity'>;
  queue: Pick<KeyedQueue<never>, 'whenIdle'>;
  receiver: Receiver;
  /** Creates the group anew, where it had been. */
  restoreGroup: () => Promise<unknown>;
  log: Log;
}

export interface Reader {
  start(): void;
  /** Has it take no more entries, or take them again. A read that is under way is ended. */
  setPaused(isPaused: boolean): void;
  isPaused(): boolean;
  /** Ends the read that is under way without losing what it may bring, and closes the connection. */
  stop(): Promise<void>;
  /** Why this reader does not read, or undefined when all is well. */
  failing(): string | undefined;
}

export function createReader(reader: ReaderOptions): Reader {
  const { connect, ref, options, inFlight, queue, receiver, log } = reader;
  const { redis: commands, stream, group } = ref;
  const overdueMs = options.blockMs + options.readGraceMs;
  const connection = openBlockingConnection({ connect, commands, key: stream, overdueMs });
  let stopping = false;
  let looping: Promise<void> | undefined;
  let failures = 0;
  /** After a pause, few are asked for: what comes then may be of any size. */
  let lastCount = 0;
  let lastError: Error | undefined;
  let reading = false;
  /** Ends the pause, while there is one. */
  let resume: (() => void) | undefined;
  let paused: Promise<void> | undefined;

  async function loop(): Promise<void> {
    while (!stopping) {
      await inFlight.waitForCapacity();
      while (paused && !stopping) await paused;
      if (stopping) return;
      try {
        reading = true;
        const entries = await read(connection, ref, options.blockMs, count);
        lastCount = entries.length;
        if (failures > 0) log.info({ stream, group, failures }, 'reading works again');
        failures = 0;
        lastError = undefined;
        if (entries.length === 0) continue;
        receiver.receive(entries);
        if (entries.length < FEW) await atMost(LINGER_MS, queue.whenIdle());
      } catch (error) {
        await recover(asError(error));
      } finally {
        reading = false;
      }
    }
  }

  /** A read that is sent and not yet blocked cannot be unblocked: so it is tried until there is none. */
  async function endRead(): Promise<void> {
    while (paused && reading && !stopping) {
      await connection.unblock().catch(() => undefined);
      await delay(UNBLOCK_EVERY_MS);
    }
  }

  function count(): number {
    return inFlight.fitting(Math.min(options.readBatch, MORE + 2 * lastCount));
  }

  async function recover(error: Error): Promise<void> {
    if (stopping || error.message.startsWith('UNBLOCKED')) return;
    if (failures === 0)
      log.warn({ err: error, stream, group }, 'reading failed and is tried again');
    failures += 1;
    lastError = error;
    if (isNoGroup(error)) {
      try {
        await reader.restoreGroup();
        log.warn({ stream, group }, 'the consumer group was gone and is created anew');
      } catch (restoring) {
        lastError = asError(restoring);
      }
    }
    await delay(backoff(failures, RETRY_MIN_MS, RETRY_MAX_MS));
  }

  return {
    start() {
      looping ??= loop();
    },
    setPaused(isPaused) {
      if (isPaused === (paused !== undefined)) return;
      resume?.();
      resume = paused = undefined;
      failures = 0;
      lastError = undefined;
      if (!isPaused) return;
      paused = new Promise((resolve) => (resume = resolve));
      void endRead();
    },
    isPaused: () => paused !== undefined,
    async stop() {
      stopping = true;
      resume?.();
      const deadline = Date.now() + overdueMs;
      const ended = Promise.resolve(looping);
      do await connection.unblock().catch(() => undefined);
      while (!(await atMost(UNBLOCK_EVERY_MS, ended)) && Date.now() < deadline);
      connection.close();
    },
    // Whoever is not to read fails at nothing.
    failing: () => (paused ? undefined : lastError && `${stream}: ${lastError.message}`),
  };
}

/** Reads as many entries as `count` gives once the connection is there. */
async function read(
  connection: BlockingConnection,
  { stream, group, consumer }: GroupRef,
  blockMs: number,
  count: () => number,
): Promise<RawEntry[]> {
  const reply = await connection.call((redis) =>
    redis.xreadgroup(
      'GROUP',
      group,
      consumer,
      'COUNT',
      count(),
      'BLOCK',
      blockMs,
      'STREAMS',
      stream,
      '>',
    ),
  );
  return entriesOf(reply);
}
