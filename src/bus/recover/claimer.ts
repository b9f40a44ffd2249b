/** Claiming: keeps our entries ours while we work on them, and takes over those of the dead. */
import type { Dispatcher } from '../consume/executor.ts';
import { isNoGroup } from '../maintain/group-offsets.ts';
import type { Log } from '../observer.ts';
import type { BusObserver, Subscribed } from '../observer.ts';
import {
  claimIdle,
  FROM_THE_FIRST,
  idleConsumers,
  removeConsumer,
  renew,
  touch,
  type GroupRef,
} from './pending-entries.ts';
import { repeat, type Repeated } from '../timing.ts';

/** An owner renews this many times in the time after which it would be taken for dead. */
const RENEWALS = 3;
/** Entries claimed by one command at most. */
const BATCH = 250;
/** Commands that look for idle entries in one round at most; the next round goes on there. */
const LOOKS = 20;
/** Names of consumers are removed when they hold nothing and were silent for so many claim times. */
const FORGET_AFTER = 4;

export interface ClaimerOptions {
  ref: GroupRef;
  where: Subscribed;
  idleMs: number;
  dispatcher: Pick<Dispatcher, 'held' | 'renewed' | 'room' | 'fitting' | 'receive'>;
  /** Creates the group anew, where it had been. */
  restoreGroup: () => Promise<unknown>;
  observer: BusObserver;
  log: Log;
}

export function createClaimer(options: ClaimerOptions): Repeated {
  const { ref, where, idleMs, dispatcher, observer, log } = options;
  const everyMs = Math.ceil(idleMs / RENEWALS);
  const forgetMs = idleMs * FORGET_AFTER;
  let renewedAt = 0;
  let touchedAt = 0;
  let lookedAt = 0;
  let from = FROM_THE_FIRST;
  return repeat({
    everyMs,
    work,
    log,
    what: 'renewing and claiming',
  });

  async function work(): Promise<void> {
    try {
      await keep();
    } catch (error) {
      // A reader that has no room for more does not read, so it does not notice.
      if (isNoGroup(error)) await options.restoreGroup();
      throw error;
    }
    await claim();
    if (Date.now() - lookedAt < forgetMs) return;
    lookedAt = Date.now();
    for (const consumer of await idleConsumers(ref, forgetMs)) {
      if (await removeConsumer(ref, consumer)) {
        log.info({ ...where, consumer }, 'a consumer that is gone was removed');
      }
    }
  }

  async function keep(): Promise<void> {
    renewedAt = Date.now();
    const held = dispatcher.held();
    if (held.length === 0 && renewedAt - touchedAt >= forgetMs / RENEWALS) {
      await touch(ref);
      touchedAt = renewedAt;
    }
    dispatcher.renewed(renewedAt, await renew(ref, held));
  }

  async function claim(): Promise<void> {
    for (let look = 0; look < LOOKS; look += 1) {
      // Claiming much takes long, and others may not claim meanwhile what is held here.
      if (Date.now() - renewedAt >= everyMs) await keep();
      const room = Math.min(BATCH, dispatcher.room());
      if (room <= 0) return;
      const count = dispatcher.fitting(room);
      const { claimed, deliveries, trimmed, next } = await claimIdle(ref, idleMs, count, from);
      from = next;
      if (trimmed > 0) {
        observer.lost(where, trimmed);
        log.error(
          { ...where, entries: trimmed },
          'pending entries had been trimmed from the stream',
        );
      }
      if (claimed.length > 0) {
        observer.claimed(where, claimed.length);
        log.info(
          { ...where, entries: claimed.length },
          'claimed entries of a consumer that is gone',
        );
        dispatcher.receive(claimed, deliveries);
      }
      if (from === FROM_THE_FIRST) return;
    }
  }
}
