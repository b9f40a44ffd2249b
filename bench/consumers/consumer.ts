/** What every consumer of the row `bus` does: says that it is ready, begins when told, and counts. */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

export interface Job {
  redisUrl: string;
  /** The stream, or the queue. */
  stream: string;
  entries: number;
  /** What a handler does with an entry. */
  effect: 'nothing' | 'hset' | 'wait';
}

/** What a consumer reports as it goes, and when it has handled the last entry. */
export interface Progress {
  handled: number;
  peakRssMiB: number;
  /** What it has used since it began, in seconds. */
  cpuSeconds: number;
}

/** The hash that the handlers of `hset` write. */
export const EFFECTS = 'effects';
/** How long a handler waits that waits for a store, in ms for a batch. */
export const WAIT_MS = 500;
/** How often it is reported what was handled, in ms. */
const REPORT_MS = 20;

/**
 * Runs a consumer: `connect` gives what begins to read, which calls `handled` with a number of entries.
 * The process ends when its parent lets go of it.
 */
export async function consumeAs(
  connect: (job: Job, handled: (entries: number) => void) => Promise<() => unknown>,
): Promise<void> {
  const job = JSON.parse(process.argv[2]!) as Job;
  let handled = 0;
  let peak = 0;
  let used = process.cpuUsage();
  const report = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss());
    const { user, system } = process.cpuUsage(used);
    const cpuSeconds = (user + system) / 1e6;
    const progress: Progress = { handled, peakRssMiB: Math.round(peak / 2 ** 20), cpuSeconds };
    // Its parent lets go of it once all is handled, maybe just now.
    process.send!(progress, undefined, undefined, () => undefined);
  };
  const begin = await connect(job, (entries) => {
    handled += entries;
    if (handled === job.entries) report();
  });
  process.once('disconnect', () => process.exit());
  process.send!('ready');
  await once(process, 'message');
  used = process.cpuUsage();
  void begin();
  for (;;) {
    await delay(REPORT_MS);
    report();
  }
}

/** The flat fields of an entry, by name. */
export function fieldOf(fields: readonly string[], name: string): string {
  return fields[fields.indexOf(name) + 1] ?? '';
}
