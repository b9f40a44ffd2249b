/** The options of the bus, from the configuration of the process. */
import type { BusOptions } from '../bus/index.ts';
import type { Config } from '../config/index.ts';

export function busOptions(config: Config): BusOptions {
  return {
    readBatch: config.BUS_READ_BATCH,
    maxInFlight: config.BUS_MAX_IN_FLIGHT,
    maxInFlightBytes: config.BUS_MAX_IN_FLIGHT_BYTES,
    handlerBatch: config.BUS_HANDLER_BATCH,
    concurrency: config.BUS_CONCURRENCY,
    blockMs: config.BUS_BLOCK_MS,
    readGraceMs: config.BUS_READ_GRACE_MS,
    claimIdleMs: config.BUS_CLAIM_IDLE_MS,
    sweepEveryMs: config.BUS_SWEEP_EVERY_MS,
    sweepAfterMs: config.BUS_SWEEP_AFTER_MS,
    maxDeliveries: config.BUS_MAX_DELIVERIES,
    retryMinMs: config.BUS_RETRY_MIN_MS,
    retryMaxMs: config.BUS_RETRY_MAX_MS,
    outageMs: config.BUS_OUTAGE_MS,
    housekeepEveryMs: config.BUS_HOUSEKEEP_EVERY_MS,
    staleGroupMs: config.BUS_STALE_GROUP_MS,
    drainMs: config.BUS_DRAIN_MS,
  };
}
