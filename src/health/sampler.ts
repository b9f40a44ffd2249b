/** One sampler of a process: it takes snapshots while somebody listens, and tells all listeners what is new. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Snapshot } from './snapshot.ts';

/** The time from one snapshot to the next, in ms: nobody gets more than one in that time. */
const EVERY_MS = 1000;
/** The least pause after one, in ms, however long it took. */
const LEAST_MS = 200;
/** How old one may be that is given to who asks, in ms: a timer may be early. */
const FRESH_MS = 900;

/** What listeners get: a snapshot, or why there is none. */
export type Sample = { snapshot: Snapshot } | { error: unknown };

export interface Sampler {
  /**
   * The snapshot, a second old at most.
   *
   * @throws Error where Redis does not answer
   */
  latest(): Promise<Snapshot>;
  /** Calls `notify` after each sample that differs from the one before. Gives the function that ends it. */
  listen(notify: () => void): () => void;
  /** The sample that was taken last, as a message to all; undefined before the first. */
  message(): string | undefined;
  stop(): void;
}

/** `write` makes the message of a sample, once for all who listen. */
export function createSampler(
  take: () => Promise<Snapshot>,
  write: (sample: Sample) => string,
): Sampler {
  const listeners = new Set<() => void>();
  const stopping = new AbortController();
  let running = false;
  let taken: { sample: Promise<Snapshot>; at: number } | undefined;
  /** What the last sample says besides its time, and the message that has it. */
  let said = '';
  let message: string | undefined;

  function latest(): Promise<Snapshot> {
    const now = performance.now();
    if (taken && now - taken.at < FRESH_MS) return taken.sample;
    const sample = take();
    const mine = { sample, at: now };
    taken = mine;
    sample.catch(() => {
      if (taken === mine) taken = undefined;
    });
    return sample;
  }

  async function run(): Promise<void> {
    running = true;
    while (listeners.size > 0 && !stopping.signal.aborted) {
      const beganAt = performance.now();
      tell(
        await latest().then(
          (snapshot) => ({ snapshot }),
          (error: unknown) => ({ error }),
        ),
      );
      const pauseMs = Math.max(LEAST_MS, beganAt + EVERY_MS - performance.now());
      await delay(pauseMs, undefined, { signal: stopping.signal, ref: false }).catch(
        () => undefined,
      );
    }
    running = false;
  }

  function tell(sample: Sample): void {
    const says =
      'snapshot' in sample ? JSON.stringify({ ...sample.snapshot, at: 0 }) : write(sample);
    if (says === said) return;
    said = says;
    message = write(sample);
    for (const notify of listeners) notify();
  }

  return {
    latest,
    listen(notify) {
      listeners.add(notify);
      if (!running) {
        // What was told before nobody listened is old.
        [said, message] = ['', undefined];
        void run();
      }
      return () => {
        listeners.delete(notify);
      };
    },
    message: () => message,
    stop: () => stopping.abort(),
  };
}
