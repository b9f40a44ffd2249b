/** Claiming: keeps our entries ours while we work on them, and takes over those of the dead. */
import type { Log } from './log.ts';
import {
  claimIdle,
  idleConsumers,
  removeConsumer,
  renew,
  type ClaimedEntry,
  type GroupRef,
} from './pending.ts';
import { repeat, type Repeated } from './repeat.ts';

/** An owner renews this many times in the time after which it would be taken for dead. */
const RENEWALS = 3;
/** Entries claimed by one command at most. */
const BATCH = 250;
/** Names of consumers are removed when they hold nothing and were silent for so many claim times. */
const FORGET_AFTER = 4;

export interface ClaimerOptions {
  ref: GroupRef;
  idleMs: number;
  /** The ids of the entries that this process is working on. */
  held: () => Iterable<string>;
  /** How many more entries there is room for. */
  room: () => number;
  /** Told when the held entries were renewed, in ms since the epoch, and which were not ours any more. */
  renewed: (at: number, lost: string[]) => void;
  receive: (entries: ClaimedEntry[]) => void;
  log: Log;
}

export function createClaimer(options: ClaimerOptions): Repeated {
  const { ref, idleMs, log } = options;
  const about = { stream: ref.stream, group: ref.group };

  return repeat({
    everyMs: Math.ceil(idleMs / RENEWALS),
    work,
    log,
    what: 'renewing and claiming',
  });

  async function work(): Promise<void> {
    const at = Date.now();
    options.renewed(at, await renew(ref, [...options.held()]));
    await claim();
    for (const consumer of await idleConsumers(ref, idleMs * FORGET_AFTER)) {
      if (await removeConsumer(ref, consumer))
        log.info({ ...about, consumer }, 'a consumer that is gone was removed');
    }
  }

  async function claim(): Promise<void> {
    for (;;) {
      const count = Math.min(BATCH, options.room());
      if (count <= 0) return;
      const { claimed, trimmed } = await claimIdle(ref, idleMs, count);
      if (trimmed > 0)
        log.error(
          { ...about, entries: trimmed },
          'pending entries had been trimmed from the stream',
        );
      if (claimed.length === 0) return;
      log.info({ ...about, entries: claimed.length }, 'claimed entries of a consumer that is gone');
      options.receive(claimed);
    }
  }
}
