/** What the dead letters of a group are about, for an operator who has many: counted by cause, filtered, validated. */
import type { RedisClient } from '../connections.ts';
import type { EventContract, Fields } from '../contract/event.ts';
import { validateEntry, type EntryValidation } from '../contract/validation.ts';
import { createDeadLetterCounts, type DeadLetterCounts } from './dead-letter-groups.ts';
import {
  countMeant,
  readState,
  scan,
  type DeadLetterFilter,
  type DeadLetterState,
  type HeaderPage,
  type Scanned,
} from './dead-letter-scan.ts';
import { deadLetterStream } from './dead-letter.ts';
import { createReplayErrors, type ReplayErrors } from './replay-errors.ts';

export interface DeadLetterIndex {
  state(): Promise<DeadLetterState>;
  /** Counts them by event and cause; cheap where nothing has changed. */
  counts(): Promise<DeadLetterCounts>;
  /** What those that the filter means are about, from the id `from` on, oldest first, in pages that may be empty. */
  scan(filter: DeadLetterFilter, from?: string): AsyncGenerator<HeaderPage>;
  /** How many the filter means. */
  count(filter: DeadLetterFilter): Promise<number>;
  /** Which errors one had when it was handled again. */
  replayErrors(id: string): Promise<ReplayErrors>;
  /** Validates fields by the contracts that this process knows. */
  validate(entryId: string, fields: Fields): EntryValidation;
}

export type DeadLetterIndexes = (stream: string, group: string) => DeadLetterIndex;

/** Makes the function that gives the index of a group's dead letters, which keeps what it has counted. */
export function createDeadLetterIndexes(
  redis: RedisClient,
  keyOf: (name: string) => string,
  contracts: readonly EventContract[],
): DeadLetterIndexes {
  const counts = new Map<string, () => Promise<DeadLetterCounts>>();

  return (stream, group) => {
    const key = deadLetterStream(keyOf(stream), group);
    const scanned: Scanned = { redis, key, stream, contracts };
    return {
      state: () => readState(redis, key),
      counts() {
        const known = counts.get(key) ?? createDeadLetterCounts(scanned);
        counts.set(key, known);
        return known();
      },
      scan: (filter, from) => scan(scanned, filter, from),
      count: (filter) => countMeant(scanned, filter),
      replayErrors: (id) => createReplayErrors(redis, keyOf(stream), group).of(id),
      validate: (entryId, fields) => validateEntry(contracts, stream, entryId, fields),
    };
  };
}
