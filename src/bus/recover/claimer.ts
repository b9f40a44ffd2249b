/**
 * Claiming: keeps our entries ours while we work on them, begins none that is another consumer's by now, and
 * takes over those of the dead.
 */
import type { Delivery, InFlight } from '../consume/in-flight.ts';
import type { Receiver } from '../consume/router.ts';
import type { BusOptions } from '../options.ts';
import { isNoGroup } from '../maintain/group-offsets.ts';
import type { BusObserver, Log, Subscribed } from '../observer.ts';
import {
  claimIdle,
  FROM_THE_FIRST,
  idleConsumers,
  removeConsumer,
  renew,
  touch,
} from './pending-entries.ts';
import type { GroupRef } from '../replies.ts';
import { periodic, type Periodic } from '../scheduling.ts';

/** An owner renews this many times in the time after which it would be taken for dead. */
const RENEWALS = 3;
/** Entries claimed by one command at most. */
const BATCH = 250;
/** Commands that look for idle entries in one round at most; the next round goes on there. */
const LOOKS = 20;
/** Names of consumers are removed when they hold nothing and were silent for so many claim times. */
const FORGET_AFTER = 4;
/** Where Redis cannot say whose entries are, it is asked again so often in a claim time. */
const RETRIES = 10;

export interface ClaimerOptions {
  ref: GroupRef;
  where: Subscribed;
  options: Pick<BusOptions, 'claimIdleMs'>;
  inFlight: Pick<InFlight, 'ids' | 'capacity' | 'fitting'>;
  ownership: Pick<Ownership, 'renewed'>;
  receiver: Receiver;
  /** Whether the group is to take no more entries; what is in flight is kept ours all the same. */
  isPaused: () => boolean;
  /** Creates the group anew, where it had been. */
  restoreGroup: () => Promise<unknown>;
  observer: BusObserver;
  log: Log;
}

/** How long the consumer of a process that runs is silent at most, in ms. */
export function silentMs({ claimIdleMs }: Pick<BusOptions, 'claimIdleMs'>): number {
  return claimIdleMs * FORGET_AFTER;
}

export function createClaimer(claimer: ClaimerOptions): Periodic {
  const { ref, where, inFlight, ownership, receiver, observer, log } = claimer;
  const { claimIdleMs: idleMs } = claimer.options;
  const everyMs = Math.ceil(idleMs / RENEWALS);
  const forgetMs = silentMs(claimer.options);
  let renewedAt = 0;
  let touchedAt = 0;
  let lookedAt = 0;
  let from = FROM_THE_FIRST;
  return periodic({ everyMs, work, what: 'renewing and claiming', log });

  async function work(): Promise<void> {
    try {
      await renewAll();
    } catch (error) {
      // A reader that has no capacity for more does not read, so it does not notice.
      if (isNoGroup(error)) await claimer.restoreGroup();
      throw error;
    }
    if (!claimer.isPaused()) await claim();
    if (Date.now() - lookedAt < forgetMs) return;
    lookedAt = Date.now();
    await removeIdleConsumers(claimer, forgetMs);
  }

  async function renewAll(): Promise<void> {
    renewedAt = Date.now();
    const entryIds = inFlight.ids();
    if (entryIds.length === 0 && renewedAt - touchedAt >= forgetMs / RENEWALS) {
      await touch(ref);
      touchedAt = renewedAt;
    }
    ownership.renewed(renewedAt, await renew(ref, entryIds));
  }

  async function claim(): Promise<void> {
    for (let look = 0; look < LOOKS; look += 1) {
      // Claiming much takes long, and others may not claim meanwhile what is in flight here.
      if (Date.now() - renewedAt >= everyMs) await renewAll();
      const capacity = Math.min(BATCH, inFlight.capacity());
      if (capacity <= 0) return;
      const count = inFlight.fitting(capacity);
      const { claimed, deliveries, trimmed, next } = await claimIdle(ref, idleMs, count, from);
      from = next;
      if (trimmed > 0) {
        observer.trimmed(where, trimmed);
        const about = { ...where, entries: trimmed };
        log.error(about, 'pending entries had been trimmed from the stream');
      }
      if (claimed.length > 0) {
        observer.claimed(where, claimed.length);
        const about = { ...where, entries: claimed.length };
        log.info(about, 'claimed entries of a consumer that is gone');
        receiver.receive(claimed, deliveries);
      }
      if (from === FROM_THE_FIRST) return;
    }
  }
}

/** Forgets the names of consumers that hold nothing and were silent for so long. */
async function removeIdleConsumers({ ref, where, log }: ClaimerOptions, ms: number): Promise<void> {
  for (const consumer of await idleConsumers(ref, ms))
    if (await removeConsumer(ref, consumer))
      log.info({ ...where, consumer }, 'a consumer that is gone was removed');
}

/**
 * The ownership check: a process that stood still (SIGSTOP, a paused machine) may have lost entries to
 * others without knowing, and must not begin them.
 */
export interface Ownership {
  /** How long to wait, in ms, where Redis could not say whose entries are. */
  readonly retryMs: number;
  /**
   * Gives those of a batch that are ours. The others are in flight no more. Redis is asked only about
   * what may be lost.
   *
   * @throws Error where Redis does not answer
   */
  keepOurs(batch: Delivery[]): Promise<Delivery[]>;
  /** Takes in that what was in flight `at` was renewed, and which of it belongs to others now. */
  renewed(at: number, lost: readonly string[]): void;
}

/** An entry that nobody has renewed for `claimIdleMs` may be another consumer's. */
export function createOwnership(options: {
  ref: GroupRef;
  inFlight: Pick<InFlight, 'get' | 'release'>;
  claimIdleMs: number;
}): Ownership {
  const { ref, inFlight, claimIdleMs } = options;
  const safeMs = claimIdleMs / 2;
  let renewedAt = Date.now();
  /** Up to when what is in flight is known to have been ours. */
  let ownedAt = renewedAt;

  function markLost(entryIds: readonly string[]): void {
    for (const entryId of entryIds) {
      const entry = inFlight.get(entryId);
      if (entry) entry.owned = false;
    }
  }

  return {
    retryMs: claimIdleMs / RETRIES,
    async keepOurs(batch) {
      if (ownedAt <= Date.now() - safeMs) {
        // Also what was just received: its delivery may have waited here while the process stood still.
        const entryIds = batch.filter(({ settle }) => !settle).map(({ entryId }) => entryId);
        markLost(await renew(ref, entryIds));
      }
      if (batch.every(({ owned }) => owned)) return batch;
      inFlight.release(batch.filter(({ owned }) => !owned).map(({ entryId }) => entryId));
      return batch.filter(({ owned }) => owned);
    },
    renewed(at, lost) {
      // After a late one, that of what was received meanwhile is not known: it came too late to be renewed.
      ownedAt = at - renewedAt > safeMs ? at - safeMs : at;
      renewedAt = at;
      markLost(lost);
    },
  };
}
