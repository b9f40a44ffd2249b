/** When work is done: within a bound, again and again, with what others ask for meanwhile, in parts. */
import { asError } from './errors.ts';
import type { Log } from './observer.ts';

/** Waits for an event for `ms` at most. Gives whether it came by then. */
export async function atMost(ms: number, event: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, ms, false)));
  try {
    return await Promise.race([event.then(() => true), tooLong]);
  } finally {
    clearTimeout(timer);
  }
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

/** Items in one batch at most. */
const BATCH = 250;

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/**
 * Makes a function that does one item in company. Items that come in one turn of the event loop, or
 * while a batch is under way, make up the next batch; a lone one waits for nobody.
 *
 * @param work does a batch; gives the result of each item, or its error, in their order
 * @returns gives the result of the item; rejects with its error, or with that of the whole batch
 */
export function groupCommit<Item, Result>(
  work: (items: Item[]) => Promise<readonly (Result | Error)[]>,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let running = false;

  async function run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      waiting = waiting.slice(BATCH);
      try {
        const results = await work(batch.map(({ item }) => item));
        batch.forEach(({ resolve, reject }, i) => {
          const result = results[i]!;
          if (result instanceof Error) reject(result);
          else resolve(result);
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    running = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (running) return;
      running = true;
      void run();
    });
}

/**
 * Gives the items of a long sequence, such as a cursor, in batches of `size`; the last may be smaller, and
 * none is empty.
 */
export async function* chunk<T>(
  items: Iterable<T> | AsyncIterable<T>,
  size: number,
): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
