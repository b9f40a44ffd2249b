/**
 * The ownership check: a process that stood still (SIGSTOP, a paused machine) may have lost entries to
 * others without knowing, and must not begin them.
 */
import { renew, type GroupRef } from '../recover/pending-entries.ts';
import type { Delivery, InFlight } from './in-flight.ts';

/** Where Redis cannot say whose entries are, it is asked again so often in a claim time. */
const RETRIES = 10;

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
        const entries = batch.filter(({ settle }) => !settle);
        markLost(
          await renew(
            ref,
            entries.map(({ entryId }) => entryId),
          ),
        );
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
