/** What can be set on the bus: each option with its bounds, its default and its meaning. Times are in ms. */
import { Type, type Static } from 'typebox';

const DAY_MS = 86_400_000;
/** 50 years: before and after now, that is a time that Redis, MongoDB and `Date` can all write. */
const LONGEST_MS = 1_576_800_000_000;

const whole = (minimum: number, maximum: number, value: number, description: string) =>
  Type.Integer({ minimum, maximum, default: value, description });

export const busOptionsSchema = Type.Object({
  readBatch: whole(1, 10_000, 500, 'Stream entries asked for by one read'),
  // A slow handler then stops its own reader.
  maxInFlight: whole(1, 100_000, 2000, 'Entries of one subscription in memory at most'),
  maxInFlightBytes: whole(
    65_536,
    1_073_741_824,
    16_777_216,
    'Bytes of entries of one subscription in memory, beyond which it reads no more',
  ),
  handlerBatch: whole(1, 10_000, 250, 'Entries handed to one call of a handler at most'),
  concurrency: whole(1, 1000, 4, 'Calls of handlers that one subscription makes at the same time'),
  blockMs: whole(10, DAY_MS, 4000, 'How long a read waits for entries, in ms'),
  readGraceMs: whole(
    100,
    DAY_MS,
    2000,
    'How late a read may be before its connection is built anew, in ms',
  ),
  claimIdleMs: whole(
    100,
    DAY_MS,
    15_000,
    'After how long without a sign of its owner an entry is claimed, in ms',
  ),
  sweepEveryMs: whole(50, DAY_MS, 1000, 'The pause between two sweeps of the outboxes, in ms'),
  // Younger ones are left to the process that has just written them.
  sweepAfterMs: whole(
    0,
    DAY_MS,
    2000,
    'The age at which an unpublished event is one that was left behind, in ms',
  ),
  maxDeliveries: whole(1, 1000, 8, 'Deliveries of an entry before it becomes a dead letter'),
  retryMinMs: whole(
    1,
    DAY_MS,
    100,
    'The pause before an entry is delivered again, doubled each time, in ms',
  ),
  retryMaxMs: whole(
    1,
    DAY_MS,
    30_000,
    'The longest pause before an entry is delivered again, in ms',
  ),
  outageMs: whole(
    0,
    LONGEST_MS,
    900_000,
    'How long an entry waits for a store, in ms; then that is reported, or counts if stores answer',
  ),
  housekeepEveryMs: whole(
    50,
    DAY_MS,
    1000,
    'The pause between two looks at the streams, up to five times it where nothing happens, in ms',
  ),
  staleGroupMs: whole(
    1000,
    DAY_MS,
    600_000,
    'How long nobody may read a group before it is reported, in ms',
  ),
  deliveryLogBytes: whole(
    1_048_576,
    1_099_511_627_776,
    67_108_864,
    'Bytes of memory in Redis for the log of when every delivery was handled; the oldest go first',
  ),
  drainMs: whole(0, DAY_MS, 5000, 'How long stopping waits for handlers that are at work, in ms'),
});

export type BusOptions = Static<typeof busOptionsSchema>;

/** What a module may set for one of its handlers alone. */
export type DeliveryOptions = Partial<
  Pick<BusOptions, 'maxDeliveries' | 'retryMinMs' | 'retryMaxMs'>
>;

export const DEFAULT_BUS_OPTIONS = Object.fromEntries(
  Object.entries(busOptionsSchema.properties).map(([name, schema]) => [
    name,
    (schema as { default?: unknown }).default,
  ]),
) as BusOptions;
