/** Waiting for a state, with a deadline, as long as nobody interrupts. */
import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
  deadlineMs: number;
  everyMs: number;
  signal: AbortSignal;
}

/**
 * Asks every `everyMs` until the answer is true. A question that throws counts as not yet.
 *
 * @throws Error that says what was waited for and the last failure, after the deadline, and the
 * signal's reason when it is aborted
 */
export async function until(
  what: string,
  ask: () => Promise<boolean> | boolean,
  { deadlineMs, everyMs, signal }: UntilOptions,
): Promise<void> {
  const end = Date.now() + deadlineMs;
  let failure = '';
  for (;;) {
    signal.throwIfAborted();
    try {
      if (await within(Promise.resolve(ask()), Math.max(1, end - Date.now()))) return;
      failure = '';
    } catch (error) {
      failure = `: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (Date.now() > end) throw new Error(`${what}: not so after ${deadlineMs} ms${failure}`);
    await delay(everyMs);
  }
}

/**
 * What the promise gives, but not longer than so many ms: what was asked of an engine that is broken
 * at that moment may never be answered, and a run has to come to its end all the same.
 *
 * @throws Error when the time is over
 */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
