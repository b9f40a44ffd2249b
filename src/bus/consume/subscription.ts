/**
 * A module's subscription to one stream. An entry goes one way: the reader or the claimer, the router, the
 * keyed queue, the executor, and from there to the acknowledger or to the dead letters.
 */
import type { Redis } from 'ioredis';
import type { RedisClient } from '../connections.ts';
import type { EventContract } from '../contract/event.ts';
import { asError } from '../errors.ts';
import type { BusObserver, Log } from '../observer.ts';
import type { BusOptions } from '../options.ts';
import { createClaimer, createOwnership } from '../recover/claimer.ts';
import type { DeadLetter } from '../recover/dead-letter.ts';
import {
  replayDeadLetters,
  routeDeadLetter,
  type ReplayResult,
} from '../recover/dead-letter-replay.ts';
import { createDeadLetterWriter } from '../recover/dead-letters.ts';
import type { FailureLog } from '../recover/failure-log.ts';
import { handBack, removeConsumer } from '../recover/pending-entries.ts';
import type { GroupRef } from '../replies.ts';
import { atMost } from '../scheduling.ts';
import type { DeliveryLog } from '../trace/delivery-log.ts';
import { createAcknowledger } from './acknowledger.ts';
import { createExecutor } from './executor.ts';
import type { Listener } from './handler.ts';
import { createInFlight, type Delivery } from './in-flight.ts';
import { createKeyedQueue } from './keyed-queue.ts';
import { createReader } from './reader.ts';
import { createReceiver, createRouter, createSkipReport } from './router.ts';
import type { StoreCheck } from './retry-policy.ts';

/** Entries that a stopping consumer hands back look idle for this long, in ms: a day. */
const HANDED_BACK_IDLE_MS = 86_400_000;

export interface SubscriptionOptions {
  /** The stream's name, as contracts name it. */
  stream: string;
  /** The stream's key in Redis. */
  key: string;
  group: string;
  consumer: string;
  listeners: readonly Listener[];
  /** The contracts of the stream, those without a listener here included. */
  contracts: readonly EventContract[];
  commands: RedisClient;
  /** Opens a connection to the server of a key that may block. */
  connect: (key: string) => Redis;
  /** Makes sure that the group exists. */
  restoreGroup: () => Promise<unknown>;
  storesAnswer: StoreCheck;
  failures: FailureLog;
  deliveries: DeliveryLog;
  observer: BusObserver;
  options: BusOptions;
  log: Log;
}

export interface Subscription {
  readonly stream: string;
  readonly group: string;
  start(): Promise<void>;
  /** Has it take no more entries, or take them again; what is in flight ends as always. */
  setPaused(isPaused: boolean): void;
  /** Drains: reads no more, ends what is in flight within the bound, hands the rest back. */
  stop(): Promise<void>;
  /** Handles dead letters of this group again; those that succeed are removed. */
  replay(deadLetters: AsyncIterable<DeadLetter[]>): Promise<ReplayResult>;
  /** Why the group would not handle such a dead letter; undefined where it would try. */
  refusal(deadLetter: Pick<DeadLetter, 'originId' | 'fields'>): Error | undefined;
  /** What does not work at the moment, or undefined. */
  failing(): string | undefined;
}

export function createSubscription(subscription: SubscriptionOptions): Subscription {
  const { stream, key, group, consumer, commands, options, log } = subscription;
  const ref: GroupRef = { redis: commands, stream: key, group, consumer };
  const { reader, claimer, queue, executor, acknowledger, inFlight, route } = assemble(
    subscription,
    ref,
  );

  return {
    stream,
    group,
    async start() {
      await subscription.restoreGroup();
      reader.start();
      claimer.start();
    },
    setPaused: (isPaused) => reader.setPaused(isPaused),
    async stop() {
      inFlight.close();
      const drained = queue.stop();
      await Promise.all([reader.stop(), claimer.stop()]);
      await atMost(options.drainMs, drained);
      await acknowledger.close();
      try {
        await handBack(ref, inFlight.ids(), HANDED_BACK_IDLE_MS);
        await removeConsumer(ref);
      } catch (error) {
        log.warn(
          { err: asError(error), stream, group },
          'entries could not be handed back; others claim them when idle',
        );
      }
    },
    replay: (deadLetters) => replayDeadLetters(deadLetters, ref, route, queue),
    refusal(deadLetter) {
      const routed = routeDeadLetter(deadLetter, group, route);
      return routed instanceof Error ? routed : undefined;
    },
    failing: () => reader.failing() ?? claimer.failing() ?? executor.failing(),
  };
}

/** Makes the parts of a subscription, each with what comes behind it on the way of an entry. */
function assemble(subscription: SubscriptionOptions, ref: GroupRef) {
  const { stream, group, listeners, contracts, options, observer, log } = subscription;
  const where = { stream, group };
  const inFlight = createInFlight(options);
  const acknowledger = createAcknowledger({ ref, inFlight, log });
  const deadLetters = createDeadLetterWriter({ ...subscription, ref, where, inFlight });
  const ownership = createOwnership({ ref, inFlight, claimIdleMs: options.claimIdleMs });
  const executor = createExecutor({
    ...subscription,
    ref,
    where,
    ownership,
    acknowledger,
    deadLetters,
  });
  const queue = createKeyedQueue<Delivery>({
    concurrency: options.concurrency,
    batch: options.handlerBatch,
    run: (batch) => executor.execute(batch),
  });
  const route = createRouter(stream, listeners);
  const receiver = createReceiver({
    route,
    reportSkip: createSkipReport({ contracts, where, observer, log }),
    policy: options,
    inFlight,
    queue,
    acknowledger,
    deadLetters,
  });
  const reader = createReader({ ...subscription, ref, inFlight, queue, receiver });
  const claimer = createClaimer({
    ...subscription,
    ref,
    where,
    inFlight,
    ownership,
    receiver,
    isPaused: () => reader.isPaused(),
  });
  return { reader, claimer, queue, executor, acknowledger, inFlight, route };
}
