/** The replays of one process: those that it answers, and those that it reads. */
import type { RedisClient } from './client.ts';
import type { OutboxRecord } from './event.ts';
import { ensureGroup, requireGroup } from './group.ts';
import { each, on, type Listener } from './handler.ts';
import { createReplay, type Replay } from './replay.ts';
import { answerRequest, replayRequested } from './replay-requests.ts';
import type { Subscription, SubscriptionOptions } from './subscription.ts';

/** What differs from one subscription of a process to the next. */
export type Opening<Context> = Pick<
  SubscriptionOptions<Context>,
  'stream' | 'key' | 'group' | 'listeners' | 'context' | 'restoreGroup'
>;

export interface Replays {
  /** Subscriptions that are the bus's own business, not those of contracts. */
  readonly subscriptions: ReadonlySet<Subscription>;
  answer(stream: string, owner: string, events: () => AsyncIterable<OutboxRecord>): void;
  of(stream: string, group: string, run: string): Replay;
  /** Makes those who append to replays end. */
  stop(): void;
}

export function createReplays(options: {
  redis: RedisClient;
  keyOf: (stream: string) => string;
  open: <Context>(opening: Opening<Context>) => Subscription;
}): Replays {
  const { redis, keyOf, open } = options;
  const subscriptions = new Set<Subscription>();
  const stopping = new AbortController();

  /** Opens and starts a subscription to a replay, and forgets it when it is stopped. */
  async function read<Context>(
    { key, stream, group }: { key: string; stream: string; group: string },
    listeners: readonly Listener<Context>[],
    context: Context,
  ): Promise<Subscription> {
    // Never makes the stream anew: one that is gone is over, or has to be told from the beginning.
    const restoreGroup = () => requireGroup(redis, key, group);
    const subscription = open({ stream, key, group, listeners, context, restoreGroup });
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
      const answer = answerRequest({ redis, key: keyOf(stream), events, signal });
      subscriptions.add(
        open({
          stream: contract.stream,
          key: requests,
          group: owner,
          listeners: [on(contract, each(answer))],
          context: undefined,
          restoreGroup: () => ensureGroup(redis, requests, owner, null),
        }),
      );
    },
    of: (stream, group, run) =>
      createReplay({
        redis,
        keyOf,
        stream,
        group,
        run,
        read: (key, listeners, context) => read({ key, stream, group }, listeners, context),
      }),
    stop: () => stopping.abort(),
  };
}
