/** Acknowledging in batches: one XACK for all entries whose effect was stored since the last one. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../observer.ts';
import type { GroupRef } from '../replies.ts';
import type { InFlight } from './in-flight.ts';

/** Entries in one XACK at most. */
const BATCH = 1000;
/** The pause after an XACK that failed, in ms. */
const RETRY_MS = 250;

export interface Acknowledger {
  /** Acknowledges an entry soon. To be called only after its effect is stored. */
  acknowledge(entryId: string): void;
  /** Sends what is left, once; entries that Redis does not take are delivered again to someone. */
  close(): Promise<void>;
}

/**
 * One XACK is under way at a time and what comes meanwhile goes with the next, so batches grow by
 * themselves with the load. What Redis has taken is in flight no more.
 */
export function createAcknowledger(options: {
  ref: Pick<GroupRef, 'redis' | 'stream' | 'group'>;
  inFlight: Pick<InFlight, 'release'>;
  log: Log;
}): Acknowledger {
  const { ref, inFlight, log } = options;
  const { redis, stream, group } = ref;
  const waiting: string[] = [];
  let sending: Promise<void> | undefined;
  let closed = false;

  async function send(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    let failing = false;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH);
      try {
        await redis.xack(stream, group, ...batch);
        inFlight.release(batch);
        failing = false;
      } catch (error) {
        if (!failing)
          log.warn({ err: error, stream, group }, 'acknowledging failed and is tried again');
        failing = true;
        waiting.push(...batch);
        if (closed) break;
        await delay(RETRY_MS);
      }
    }
    // Before anything else can run: an entry that comes now must start a new round.
    sending = undefined;
  }

  return {
    acknowledge(entryId) {
      waiting.push(entryId);
      sending ??= send();
    },
    async close() {
      closed = true;
      if (waiting.length > 0) sending ??= send();
      await sending;
    },
  };
}
