/** Waiting with a bound, and doing something again and again. */
import { asError } from './errors.ts';
import type { Log } from './observer.ts';

/** Waits for an event for `ms` at most. Gives whether it came by then. */
export async function atMost(ms: number, event: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, ms, false)));
  const came = await Promise.race([event.then(() => true), tooLong]);
  clearTimeout(timer);
  return came;
}

/** A task that runs again and again, never twice at once, and survives its own failures. */
export interface Periodic {
  start(): void;
  /** Resolves when the round that is under way has ended; no other follows. */
  stop(): Promise<void>;
  /** Why the last round failed, or undefined. */
  failing(): string | undefined;
}

/** Runs `work` at once and then `everyMs` after each round. A failing streak is logged once. */
export function periodic(options: {
  everyMs: number | (() => number);
  work: () => Promise<unknown>;
  what: string;
  log: Log;
}): Periodic {
  const { everyMs, work, what, log } = options;
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();
  let stopped = false;
  let failure: Error | undefined;

  async function run(): Promise<void> {
    try {
      await work();
      if (failure) log.info(`${what} works again`);
      failure = undefined;
    } catch (error) {
      if (!failure) log.warn({ err: asError(error) }, `${what} failed and is tried again`);
      failure = asError(error);
    }
    if (!stopped) timer = setTimeout(next, typeof everyMs === 'number' ? everyMs : everyMs());
  }

  function next(): void {
    round = run();
  }

  return {
    start: next,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await round;
    },
    failing: () => failure && `${what}: ${failure.message}`,
  };
}
