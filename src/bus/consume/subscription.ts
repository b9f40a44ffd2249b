/** A module's subscription to one stream: a reader, a claimer, and the dispatcher that both feed. */
import type { Redis } from 'ioredis';
import { atMost } from '../timing.ts';
import { createClaimer } from '../recover/claimer.ts';
import type { RedisClient } from '../connections.ts';
import type { DeadLetter } from '../recover/dead-letters.ts';
import type { ReplayResult } from '../recover/dead-letter-replay.ts';
import { createDispatcher, type DispatcherOptions } from './executor.ts';
import { asError } from '../errors.ts';
import { handBack, removeConsumer, type GroupRef } from '../recover/pending-entries.ts';
import { createReader } from './reader.ts';

/** Entries that a stopping consumer hands back look idle for this long, in ms: a day. */
const HANDED_BACK_IDLE_MS = 86_400_000;

export interface SubscriptionOptions<Context> extends Omit<DispatcherOptions<Context>, 'ref'> {
  /** The stream's key in Redis. */
  key: string;
  group: string;
  consumer: string;
  commands: RedisClient;
  /** Opens a connection to the server of a key that may block. */
  connect: (key: string) => Redis;
  /** Makes sure that the group exists. */
  restoreGroup: () => Promise<unknown>;
}

export interface Subscription {
  readonly stream: string;
  readonly group: string;
  start(): Promise<void>;
  /** Drains: reads no more, ends what is in flight within the bound, hands the rest back. */
  stop(): Promise<void>;
  /** Handles dead letters of this group again; those that succeed are removed. */
  replay(letters: AsyncIterable<DeadLetter[]>): Promise<ReplayResult>;
  trouble(): string | undefined;
}

export function createSubscription<Context>(
  subscription: SubscriptionOptions<Context>,
): Subscription {
  const { stream, key, group, consumer, commands, restoreGroup, options, observer, log } =
    subscription;
  const ref: GroupRef = { redis: commands, stream: key, group, consumer };
  const dispatcher = createDispatcher({ ...subscription, ref });

  const reader = createReader({
    connect: subscription.connect,
    ref,
    options,
    dispatcher,
    restoreGroup,
    log,
  });
  const claimer = createClaimer({
    ref,
    where: { stream, group },
    idleMs: options.claimIdleMs,
    dispatcher,
    restoreGroup,
    observer,
    log,
  });

  return {
    stream,
    group,
    async start() {
      await restoreGroup();
      reader.start();
      claimer.start();
    },
    async stop() {
      const drained = dispatcher.drain();
      await Promise.all([reader.stop(), claimer.stop()]);
      await atMost(options.drainMs, drained);
      await dispatcher.close();
      try {
        await handBack(ref, dispatcher.held(), HANDED_BACK_IDLE_MS);
        await removeConsumer(ref);
      } catch (error) {
        log.warn(
          { err: asError(error), stream, group },
          'entries could not be handed back; others claim them when idle',
        );
      }
    },
    replay: (letters) => dispatcher.replay(letters),
    trouble: () => reader.trouble() ?? claimer.trouble() ?? dispatcher.trouble(),
  };
}
