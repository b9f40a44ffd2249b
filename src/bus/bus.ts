/** The bus of one process: its publisher, its outboxes, its subscriptions, started and stopped as one. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Collection } from 'mongodb';
import type { Redis } from 'ioredis';
import { probeServers, type RedisClient } from './connections.ts';
import { createDeadLetters, type DeadLetters } from './recover/dead-letter-list.ts';
import type { EventContract, OutboxRecord } from './contract/event.ts';
import { createFailureLog, type Failure } from './recover/failure-log.ts';
import { ensureGroup } from './maintain/group-offsets.ts';
import { createHandled, type HandledStore } from './maintain/checkpoints.ts';
import type { Listener } from './consume/handler.ts';
import type { Log } from './observer.ts';
import type { BusOptions } from './options.ts';
import { createOutbox, type Outbox, type OutboxDocument } from './publish/outbox.ts';
import { createHousekeeper, type OwnedStream } from './maintain/housekeeper.ts';
import { createLossDetector } from './maintain/data-loss.ts';
import { SILENT, type BusObserver } from './observer.ts';
import { createPositions } from './maintain/group-offsets.ts';
import { createPublisher, type Publisher } from './publish/publisher.ts';
import { createStoreCheck } from './consume/store-outage.ts';
import type { Retention } from './maintain/trimming.ts';
import { inspectStream, type StreamState } from './maintain/stream-info.ts';
import { createReplays, type Opening, type Replay } from './replay/replays.ts';
import { periodic } from './timing.ts';
import { createSubscription, type Subscription } from './consume/subscription.ts';
import { createTails, type Tails } from './consume/watch.ts';

export interface BusConnections {
  /** A connection for commands that answer at once. */
  commands: RedisClient;
  /** Makes a connection to the server of a key that a reader may block; it does not connect by itself. */
  blocking: (key: string) => Redis;
}

export interface Bus {
  readonly publisher: Publisher;
  /** The outbox of a collection that has {@link OUTBOX_INDEX} and carries events of one stream. */
  outbox<Document extends OutboxDocument>(collection: Collection<Document>, stream: string): Outbox;
  /**
   * Takes care of a stream that a module here writes: trims it, and calls `recover` when events may
   * be missing from Redis, at the start and after every loss.
   */
  own(stream: string, retention: Retention, recover: OwnedStream['recover']): void;
  /** Subscribes a group to every stream that its listeners name. */
  subscribe<Context>(
    group: string,
    listeners: readonly Listener<Context>[],
    context: Context,
  ): void;
  readonly subscriptions: readonly Subscription[];
  /** Answers, as the group `owner`, whoever asks for a replay of a stream that is written here. */
  answerReplays(stream: string, owner: string, events: () => AsyncIterable<OutboxRecord>): void;
  /** The replay of a stream for one group; `run` names it. */
  replay(stream: string, group: string, run: string): Replay;
  /** The streams that this process writes or reads. */
  streams(): string[];
  /** Those, and the streams of every other contract. */
  allStreams(): string[];
  /** The dead letters of a group. */
  deadLetters(stream: string, group: string): DeadLetters;
  /** What failed lately on the way of events with this key, oldest first. */
  failuresOf(key: string): Promise<Failure[]>;
  /** Calls `wake` after entries of a stream with this key. Gives the function that ends it. */
  readonly follow: Tails['follow'];
  /** The state of a stream, or undefined where there is none. */
  inspect(stream: string): Promise<StreamState | undefined>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** What does not work at the moment, a sentence each. */
  failing(): string[];
}

/**
 * Makes a bus; `keyPrefix` stands before every key that it uses in Redis. `contracts` are all that
 * there are, here or elsewhere: events that none of them knows are reported.
 */
export function createBus(bus: {
  connections: BusConnections;
  keyPrefix: string;
  options: BusOptions;
  contracts?: readonly EventContract[];
  /** The streams that each module listens to, wherever it runs; its groups of others are left over. */
  listening?: ReadonlyMap<string, ReadonlySet<string>>;
  observer?: BusObserver;
  /** Remembers what is handled when this process ends. */
  handledStore?: HandledStore;
  /** Writes to the store of the handlers; rejects where it is away. */
  probeStore?: () => Promise<unknown>;
  log: Log;
}): Bus {
  const { connections, keyPrefix, options, contracts = [], observer = SILENT, log } = bus;
  const { handledStore, probeStore, listening = new Map() } = bus;
  const { commands } = connections;
  const keyOf = (stream: string): string => `${keyPrefix}${stream}`;
  const consumer = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const publisher = createPublisher(commands, keyOf, observer, log);
  const failures = createFailureLog(commands, (key) => keyOf(`millrace:bus:failures:${key}`), log);
  const tails = createTails({
    connect: connections.blocking,
    commands,
    keyOf,
    blockMs: options.blockMs,
    graceMs: options.readGraceMs,
    log,
  });
  const positions = createPositions(commands, keyOf);
  const handled = createHandled();
  const outboxes: Outbox[] = [];
  const subscriptions: Subscription[] = [];
  const owned: OwnedStream[] = [];
  let stopped: Promise<void> | undefined;
  let publishedUpTo: number | undefined;

  const sweeper = periodic({
    everyMs: options.sweepEveryMs,
    work: async () => {
      const began = Date.now();
      for (const outbox of outboxes) await outbox.sweep();
      if (outboxes.every(({ clean }) => clean)) publishedUpTo = began - options.sweepAfterMs;
    },
    what: 'sweeping the outboxes',
    log,
  });
  const housekeeper = createHousekeeper({
    redis: commands,
    keyOf,
    owned,
    read: subscriptions,
    listening,
    positions,
    handled,
    ...(handledStore && { handledStore }),
    publishedUpTo: () => publishedUpTo,
    options,
    log,
  });

  const storesAnswer = createStoreCheck(() =>
    Promise.all([probeServers(commands, keyOf('millrace:bus:probe'), 1), probeStore?.()]),
  );
  const open = <Context>(opening: Opening<Context>): Subscription =>
    createSubscription({
      ...opening,
      consumer,
      contracts: contracts.filter(({ stream }) => stream === opening.stream),
      commands,
      connect: connections.blocking,
      options,
      observer,
      failures,
      storesAnswer,
      log,
    });
  const replays = createReplays({ redis: commands, keyOf, open });
  const all = (): Subscription[] => [...subscriptions, ...replays.subscriptions];
  const streams = (): string[] => [
    ...new Set([...owned, ...subscriptions].map(({ stream }) => stream)),
  ];

  async function stop(): Promise<void> {
    tails.close();
    replays.stop();
    await Promise.all([
      sweeper.stop(),
      housekeeper.stop(),
      ...all().map((subscription) => subscription.stop()),
    ]);
    await Promise.all(outboxes.map((outbox) => outbox.close()));
  }

  return {
    publisher,
    outbox(collection, stream) {
      const untyped = collection as unknown as Collection<OutboxDocument>;
      const outbox = createOutbox({
        collection: untyped,
        stream,
        publisher,
        log,
        sweepAfterMs: options.sweepAfterMs,
      });
      outboxes.push(outbox);
      return outbox;
    },
    own(stream, retention, recover) {
      const losses = createLossDetector(
        commands,
        keyOf(stream),
        () => publisher.lastId(stream),
        () => handled.upTo(stream),
      );
      owned.push({ stream, retention, losses, recover });
    },
    subscriptions,
    streams,
    allStreams: () => [...new Set([...streams(), ...contracts.map(({ stream }) => stream)])],
    deadLetters: (stream, group) => createDeadLetters(commands, keyOf(stream), group),
    failuresOf: (key) => failures.of(key),
    follow: (stream, key, wake) => tails.follow(stream, key, wake),
    inspect: (stream) => inspectStream(commands, keyOf(stream)),
    subscribe(group, listeners, context) {
      for (const [stream, ofStream] of Map.groupBy(listeners, ({ contract }) => contract.stream)) {
        const key = keyOf(stream);
        const restoreGroup = async () =>
          ensureGroup(commands, key, group, await positions.of(stream, group));
        subscriptions.push(
          open({ stream, key, group, listeners: ofStream, context, restoreGroup }),
        );
      }
    },
    answerReplays: (stream, owner, events) => replays.answer(stream, owner, events),
    replay: (stream, group, run) => replays.of(stream, group, run),
    async start() {
      if (handledStore)
        for (const { stream } of owned)
          handled.restore(stream, await handledStore.read(stream), handledStore.groupsOf(stream));
      await Promise.all(all().map((subscription) => subscription.start()));
      sweeper.start();
      housekeeper.start();
    },
    stop: () => (stopped ??= stop()),
    failing: () =>
      [
        sweeper.failing(),
        housekeeper.failing(),
        ...all().map((subscription) => subscription.failing()),
      ].filter((reason) => reason !== undefined),
  };
}
