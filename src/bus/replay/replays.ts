/** The replays of one process: those that it answers, and those that it reads. */
import type { RedisClient } from '../connections.ts';
import type { OutboxRecord } from '../contract/event.ts';
import { ensureGroup, requireGroup } from '../maintain/group-offsets.ts';
import { each, on, type Listener } from '../consume/handler.ts';
import {
  answerRequest,
  forgetRequests,
  replayRequested,
  requestReplay,
  requestState,
} from './requests.ts';
import { createReplayStream, type ReplayProgress } from './stream.ts';
import type { Subscription, SubscriptionOptions } from '../consume/subscription.ts';
import { NO_DELIVERY_LOG } from '../trace/delivery-log.ts';

/** What differs from one subscription of a process to the next. */
export type Opening = Pick<
  SubscriptionOptions,
  'stream' | 'key' | 'group' | 'listeners' | 'restoreGroup'
> &
  Partial<Pick<SubscriptionOptions, 'deliveries'>>;

/** Every event that the documents behind a stream remember, for one group alone. */
export interface Replay {
  /**
   * Asks for the events, unless they are being appended or all are, and gives how far it is. To be
   * called again and again: what a crash or a loss of Redis has cut off is asked for anew, and then
   * appended from the beginning. A replay that nobody calls this for expires.
   */
  ensureRunning(): Promise<ReplayProgress>;
  /** Reads what is appended, with the listeners of the group, until it is stopped or the bus is. */
  read(listeners: readonly Listener[]): Promise<Subscription>;
  progress(): Promise<ReplayProgress>;
  /** Removes it; who still appends to it ends. */
  remove(): Promise<void>;
}

export interface Replays {
  /** Subscriptions that are the bus's own business, not those of contracts. */
  readonly subscriptions: ReadonlySet<Subscription>;
  answer(stream: string, owner: string, events: () => AsyncIterable<OutboxRecord>): void;
  of(stream: string, group: string, run: string): Replay;
  /** Makes those who append to replays end. */
  stop(): void;
}

interface ReplaysOptions {
  commands: RedisClient;
  keyOf: (stream: string) => string;
  open: (opening: Opening) => Subscription;
}

export function createReplays(options: ReplaysOptions): Replays {
  const { commands, keyOf, open } = options;
  const subscriptions = new Set<Subscription>();
  const stopping = new AbortController();

  /** Opens and starts a subscription to a replay, and forgets it when it is stopped. */
  async function read(opening: Omit<Opening, 'restoreGroup'>): Promise<Subscription> {
    // Never makes the stream anew: one that is gone is over, or has to be appended from the beginning.
    const restoreGroup = () => requireGroup(commands, opening.key, opening.group);
    const subscription = open({ ...opening, restoreGroup, deliveries: NO_DELIVERY_LOG });
    subscriptions.add(subscription);
    const stop = async (): Promise<void> => {
      subscriptions.delete(subscription);
      await subscription.stop();
    };
    try {
      await subscription.start();
    } catch (error) {
      await stop();
      throw error;
    }
    return { ...subscription, stop };
  }

  return {
    subscriptions,
    answer(stream, owner, events) {
      const contract = replayRequested(stream);
      const requests = keyOf(contract.stream);
      const { signal } = stopping;
      const answer = answerRequest({ redis: commands, key: keyOf(stream), events, signal });
      subscriptions.add(
        open({
          stream: contract.stream,
          key: requests,
          group: owner,
          listeners: [on(contract, each(answer))],
          restoreGroup: () => ensureGroup(commands, requests, owner, null),
        }),
      );
    },
    of: (stream, group, run) => openReplay(options, read, { stream, group, run }),
    stop: () => stopping.abort(),
  };
}

function openReplay(
  { commands, keyOf }: ReplaysOptions,
  read: (opening: Omit<Opening, 'restoreGroup'>) => Promise<Subscription>,
  { stream, group, run }: { stream: string; group: string; run: string },
): Replay {
  const events = createReplayStream(commands, keyOf(stream), group, run);
  const contract = replayRequested(stream);
  const requests = keyOf(contract.stream);
  return {
    async ensureRunning() {
      await events.keep();
      const now = await events.progress();
      if (now.appended || now.failure !== undefined) return now;
      const request = await requestState(commands, requests, run);
      if (!request.open && request.failure === undefined)
        await requestReplay(commands, requests, contract.create({ group, run }));
      return { ...now, failure: request.failure };
    },
    read: (listeners) => read({ key: events.key, stream, group, listeners }),
    progress: () => events.progress(),
    async remove() {
      await events.remove();
      await forgetRequests(commands, requests, run);
    },
  };
}
