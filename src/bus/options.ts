/** What can be set on the bus, with the defaults. All times are in ms. */

export interface BusOptions {
  /** Entries asked for by one read. */
  readBatch: number;
  /** Entries of one subscription in memory at most; a slow handler then stops its own reader. */
  maxInFlight: number;
  /** Bytes of entries of one subscription in memory, beyond which it reads no more. */
  maxInFlightBytes: number;
  /** Entries handed to one call of a handler at most. */
  handlerBatch: number;
  /** Calls of handlers that one subscription makes at the same time. */
  concurrency: number;
  /** How long a read waits for entries. */
  blockMs: number;
  /** How long after its block time a read may take before its connection is built anew. */
  readGraceMs: number;
  /** An entry whose owner has not renewed it for so long is claimed by another consumer. */
  claimIdleMs: number;
  /** Pauses between sweeps of the outboxes. */
  sweepEveryMs: number;
  /** Events younger than this are left to the process that has just written them. */
  sweepAfterMs: number;
  /** Deliveries of an entry before it goes to the dead letters. */
  maxDeliveries: number;
  /** The pause before the second delivery; doubled before each further one. */
  retryMinMs: number;
  /** The longest pause between two deliveries. */
  retryMaxMs: number;
  /**
   * After so long of waiting for a store that is away, an entry is reported; where the store does
   * answer, its failures count from then on.
   */
  outageMs: number;
  /** Pauses between looks at the streams: trimming, positions, losses. */
  housekeepEveryMs: number;
  /** A group that nobody has read for so long, with entries waiting, is reported. */
  staleGroupMs: number;
  /** How long stopping waits for handlers that are at work. */
  drainMs: number;
}

/** What a module may set for one of its handlers alone. */
export type DeliveryOptions = Partial<
  Pick<BusOptions, 'maxDeliveries' | 'retryMinMs' | 'retryMaxMs'>
>;

export const DEFAULT_BUS_OPTIONS: BusOptions = {
  readBatch: 500,
  maxInFlight: 2000,
  maxInFlightBytes: 16_777_216,
  handlerBatch: 250,
  concurrency: 4,
  blockMs: 4000,
  readGraceMs: 2000,
  claimIdleMs: 15_000,
  sweepEveryMs: 1000,
  sweepAfterMs: 2000,
  maxDeliveries: 8,
  retryMinMs: 100,
  retryMaxMs: 30_000,
  outageMs: 900_000,
  housekeepEveryMs: 1000,
  staleGroupMs: 600_000,
  drainMs: 5000,
};
