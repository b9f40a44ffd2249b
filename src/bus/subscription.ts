/** A module's subscription to one stream: a reader, a claimer, and the dispatcher that both feed. */
import type { Redis } from 'ioredis';
import { atMost } from './at-most.ts';
import { createClaimer } from './claimer.ts';
import type { RedisClient } from './client.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { ReplayResult } from './dead-letter-replay.ts';
import { createDispatcher } from './dispatcher.ts';
import type { EventContract } from './event.ts';
import type { FailureLog } from './failure-log.ts';
import { asError, type Listener } from './handler.ts';
import type { Log } from './log.ts';
import type { BusObserver } from './observer.ts';
import type { BusOptions } from './options.ts';
import type { StoreCheck } from './outage.ts';
import { handBack, removeConsumer, type GroupRef } from './pending.ts';
import { createReader } from './reader.ts';

/** Entries that a stopping consumer hands back look idle for this long, in ms: a day. */
const HANDED_BACK_IDLE_MS = 86_400_000;

export interface SubscriptionOptions<Context> {
  /** The stream's name, as contracts name it, and its key in Redis. */
  stream: string;
  key: string;
  group: string;
  consumer: string;
  listeners: readonly Listener<Context>[];
  /** The contracts of the stream, those without a listener here included. */
  contracts: readonly EventContract[];
  context: Context;
  commands: RedisClient;
  /** Opens a connection to the server of a key that may block. */
  connect: (key: string) => Redis;
  /** Makes sure that the group exists. */
  restoreGroup: () => Promise<unknown>;
  options: BusOptions;
  observer: BusObserver;
  failures: FailureLog;
  storesAnswer: StoreCheck;
  log: Log;
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
    commands,
    stream: key,
    group,
    consumer,
    count: options.readBatch,
    fitting: (count) => dispatcher.fitting(count),
    blockMs: options.blockMs,
    graceMs: options.readGraceMs,
    room: () => dispatcher.whenRoom(),
    idle: () => dispatcher.whenIdle(),
    receive: (entries) => dispatcher.receive(entries),
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
