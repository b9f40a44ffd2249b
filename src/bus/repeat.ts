/** A task that runs again and again, never twice at once, and survives its own failures. */
import { asError } from './consume/handler.ts';
import type { Log } from './log.ts';

export interface Repeated {
  start(): void;
  /** Resolves when the round that is under way has ended; no other follows. */
  stop(): Promise<void>;
  /** Why the last round failed, or undefined. */
  trouble(): string | undefined;
}

/** Runs `work` at once and then `everyMs` after each round. A failing streak is logged once. */
export function repeat(options: {
  everyMs: number | (() => number);
  work: () => Promise<unknown>;
  what: string;
  log: Log;
}): Repeated {
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
    trouble: () => failure && `${what}: ${failure.message}`,
  };
}
