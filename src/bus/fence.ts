/**
 * Fencing: a process that stood still (SIGSTOP, a paused machine) may have lost its entries without
 * knowing. Before it goes on it asks whose they are.
 */
import type { Delivery } from './delivery.ts';
import { renew, type GroupRef } from './pending.ts';

export interface Fence<Context> {
  /** Told when the held entries were renewed, in ms since the epoch. */
  renewed(at: number): void;
  /**
   * Gives the ids of those that belong to others now; asks Redis only about what it may have lost.
   *
   * @throws where Redis cannot say
   */
  lostOf(batch: readonly Delivery<Context>[]): Promise<string[]>;
}

export function createFence<Context>(ref: GroupRef, claimIdleMs: number): Fence<Context> {
  let renewedAt = Date.now();
  return {
    renewed(at) {
      renewedAt = at;
    },
    async lostOf(batch) {
      if (renewedAt > Date.now() - claimIdleMs / 2) return [];
      // Also what was just received: its delivery may have waited here while the process stood still.
      const pending = batch.filter(({ settle }) => !settle);
      return renew(
        ref,
        pending.map(({ entryId }) => entryId),
      );
    },
  };
}
