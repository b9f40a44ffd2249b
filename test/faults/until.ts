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
      if (await ask()) return;
      failure = '';
    } catch (error) {
      failure = `: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (Date.now() > end) throw new Error(`${what}: not so after ${deadlineMs} ms${failure}`);
    await delay(everyMs);
  }
}
