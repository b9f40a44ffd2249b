/** What an operator looks at and does in the streams, as one; whoever calls has made sure that a stream is there. */
import type { RedisClient } from '../connections.ts';
import type { EventContract } from '../contract/event.ts';
import type { Listening } from '../maintain/group-offsets.ts';
import type { BusOptions } from '../options.ts';
import { silentMs } from '../recover/claimer.ts';
import { deliveriesOf, type DeliveryState } from './acknowledged.ts';
import { browse, type EntryPage, type EntrySearch } from './browse.ts';
import type { Pauses, PauseWatch } from './pauses.ts';
import { inspectPending, removeGroup, type GroupDetail, type Removal } from './remove-group.ts';
import { planRewind, rewind, type RewindOutcome, type RewindPlan } from './rewind.ts';

export interface Operations {
  /** Looks for entries, and goes through a bounded number of them. */
  browse(stream: string, search: EntrySearch): Promise<EntryPage>;
  /** Where entries are in each of the groups, in the order of their ids. */
  deliveries(
    stream: string,
    groups: readonly string[],
    ids: readonly string[],
  ): Promise<DeliveryState[][]>;
  /** What a group has pending, or undefined where there is no such group. */
  pending(stream: string, group: string): Promise<GroupDetail | undefined>;
  /** The groups of a stream that are paused, each since when, in ms since the epoch. */
  paused(stream: string): Promise<ReadonlyMap<string, number>>;
  /**
   * Has no process take entries for the group any more, from about a second on and until it is resumed;
   * what is in flight ends as always. Trimming leaves alone what it has not acknowledged.
   */
  pause(stream: string, group: string): Promise<void>;
  resume(stream: string, group: string): Promise<void>;
  /** Looks how many entries a group is given again where it is set back to the entry `to`, or a time in ms. */
  planRewind(stream: string, group: string, to: string): ReturnType<typeof planRewind>;
  /** Sets a group back, where it is as it was when that was looked at. */
  rewind(
    stream: string,
    group: string,
    to: string,
    expected: Pick<RewindPlan, 'from' | 'entries'>,
  ): Promise<RewindOutcome>;
  /** Whether a module, wherever it runs, listens to the stream as this group. */
  isListening(stream: string, group: string): boolean;
  /** Removes a group that is as it was looked at, where nobody reads it and it has no dead letters. */
  remove(
    stream: string,
    group: string,
    looked: Pick<GroupDetail, 'lastDelivered' | 'pending'>,
  ): Promise<Removal>;
}

export function createOperations(operations: {
  commands: RedisClient;
  keyOf: (stream: string) => string;
  contracts: readonly EventContract[];
  listening: Listening;
  pauses: Pauses;
  pauseWatch: Pick<PauseWatch, 'look'>;
  options: Pick<BusOptions, 'claimIdleMs'>;
}): Operations {
  const { commands, keyOf, contracts, listening, pauses, pauseWatch, options } = operations;
  return {
    browse(stream, search) {
      const ofStream = contracts.filter((contract) => contract.stream === stream);
      return browse(commands, keyOf(stream), ofStream, search);
    },
    deliveries: (stream, groups, ids) => deliveriesOf(commands, keyOf(stream), groups, ids),
    pending: (stream, group) => inspectPending(commands, keyOf(stream), group),
    paused: (stream) => pauses.of(stream),
    async pause(stream, group) {
      await pauses.pause(stream, group);
      await pauseWatch.look();
    },
    async resume(stream, group) {
      await pauses.resume(stream, group);
      await pauseWatch.look();
    },
    planRewind: (stream, group, to) => planRewind(commands, keyOf(stream), group, to),
    rewind: (stream, group, to, expected) => rewind(commands, keyOf(stream), group, to, expected),
    isListening: (stream, group) =>
      listening.get(group)?.some((event) => event.stream === stream) ?? false,
    remove: (stream, group, looked) =>
      removeGroup(commands, keyOf(stream), group, looked, silentMs(options)),
  };
}
