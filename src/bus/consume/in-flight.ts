/**
 * What a subscription has in flight: entries that were received, and neither acknowledged nor made a dead
 * letter yet. They are bounded by their number and by their bytes.
 */
import type { RawEntry } from '../replies.ts';
import type { Event } from '../contract/event.ts';
import type { Listener } from './handler.ts';
import type { Keyed } from './keyed-queue.ts';

/** An event on its way to its handler: of an entry, or of a dead letter that is handled again. */
export interface Delivery extends Keyed<Delivery> {
  entryId: string;
  event: Event;
  listener: Listener;
  /** Deliveries so far, this one included, in all processes. */
  deliveries: number;
  /** When this process received it, in ms since the epoch. */
  receivedAt: number;
  /** Since when it waits for a store that is away, in ms since the epoch. */
  waitingSince: number | undefined;
  /** Whether it is ours: false once another consumer has claimed it, whose business its effect is then. */
  owned: boolean;
  /** Only a dead letter has this: it takes the outcome, which is not retried. */
  settle: ((error: Error | undefined) => void) | undefined;
  /** Its bytes. */
  size: number;
}

/** Makes a delivery of an event that was just received. */
export function createDelivery(
  event: Event,
  listener: Listener,
  deliveries: number,
  size = 0,
  settle?: Delivery['settle'],
): Delivery {
  const { entryId, key } = event;
  return {
    entryId,
    event,
    key,
    listener,
    batching: listener.batching,
    deliveries,
    receivedAt: Date.now(),
    waitingSince: undefined,
    owned: true,
    settle,
    size,
    next: undefined,
  };
}

/** What is kept of each entry in flight. */
type Held = Pick<Delivery, 'size' | 'owned'>;

export interface InFlight {
  /** The entry with the id, if it is in flight. */
  get(entryId: string): Held | undefined;
  add(entryId: string, held: Held): void;
  /** Forgets entries that are acknowledged, dead letters, or another consumer's. */
  release(entryIds: readonly string[]): void;
  /** The ids of all entries that Redis counts as pending here, as far as we know. */
  ids(): string[];
  /** How many more entries may be received. */
  capacity(): number;
  /** Resolves when there is capacity, or nothing more is to be received. */
  waitForCapacity(): Promise<void>;
  /** Of `count` entries, how many are likely to fit in memory: one at least. */
  fitting(count: number): number;
  /** Takes in the size of the largest of the entries that came at once. */
  noteLargest(size: number): void;
  /** To be called when nothing more is received. */
  close(): void;
}

export function createInFlight(limits: {
  maxInFlight: number;
  maxInFlightBytes: number;
}): InFlight {
  const { maxInFlight, maxInFlightBytes } = limits;
  const entries = new Map<string, Held>();
  const sizes = createSizes(maxInFlightBytes);
  let bytes = 0;
  let closed = false;
  let freed: (() => void) | undefined;

  function capacity(): number {
    return bytes < maxInFlightBytes ? maxInFlight - entries.size : 0;
  }

  return {
    get: (entryId) => entries.get(entryId),
    add(entryId, held) {
      bytes += held.size;
      entries.set(entryId, held);
    },
    release(entryIds) {
      for (const entryId of entryIds) {
        bytes -= entries.get(entryId)?.size ?? 0;
        entries.delete(entryId);
      }
      if (capacity() > 0) freed?.();
    },
    ids: () => [...entries.keys()],
    capacity,
    async waitForCapacity() {
      if (capacity() > 0 || closed) return;
      await new Promise<void>((resolve) => (freed = resolve));
      freed = undefined;
    },
    fitting: (count) => sizes.fitting(count, maxInFlightBytes - bytes),
    noteLargest: (size) => sizes.note(size),
    close() {
      closed = true;
      freed?.();
    },
  };
}

/** As long as nothing is known of the entries, so many are taken to fill the memory that there is. */
const FIRST_FIT = 16;

/** The characters of an entry, which stand for its bytes. */
export function sizeOf([, list]: RawEntry): number {
  let size = 0;
  for (const text of list) size += text.length;
  return size;
}

export interface Sizes {
  /** Takes in the size of the largest of the entries that came at once. */
  note(largest: number): void;
  /** Of `count` entries, how many are likely to fit in so many bytes: one at least. */
  fitting(count: number, bytes: number): number;
}

/**
 * What Redis bounds by number alone is asked for in numbers that fit in memory: entries are taken to be as
 * large as the largest of late. What is small doubles the number that is asked for, what is large lowers
 * it at once.
 */
export function createSizes(maxBytes: number): Sizes {
  let expected = maxBytes / FIRST_FIT;
  return {
    note(largest) {
      expected = Math.max(largest, expected / 2, 1);
    },
    fitting: (count, bytes) => Math.max(1, Math.min(count, Math.floor(bytes / expected))),
  };
}
