/** The bus of one process: its publisher, its outboxes, its subscriptions, started and stopped as one. */
import type { Collection } from 'mongodb';
import type { Redis } from 'ioredis';
import { duplicateForBlocking, type RedisClient } from './connections.ts';
import type { Listener } from './consume/handler.ts';
import { createOpening } from './consume/opening.ts';
import type { Subscription } from './consume/subscription.ts';
import { createWatches, type Watches } from './consume/watch.ts';
import type { EventContract, OutboxDocument, OutboxRecord } from './contract/event.ts';
import {
  createCheckpoints,
  createLossDetector,
  restoreCheckpoints,
  type CheckpointStore,
} from './maintain/data-loss.ts';
import {
  createGroupOffsets,
  ensureGroup,
  readersOf,
  type Listening,
} from './maintain/group-offsets.ts';
import { createHousekeeper, type MaintainedStream } from './maintain/housekeeper.ts';
import { inspectStream, type StreamInfo } from './maintain/stream-info.ts';
import type { Retention } from './maintain/trimming.ts';
import { SILENT, type BusObserver, type Log } from './observer.ts';
import { DEFAULT_BUS_OPTIONS, type BusOptions } from './options.ts';
import { createOutboxes, type Outbox } from './publish/outbox.ts';
import { createOperations, type Operations } from './operate/operations.ts';
import { createPauses, createPauseWatch } from './operate/pauses.ts';
import { createPublisher, type Publisher } from './publish/publisher.ts';
import { createDeadLetterIndexes, type DeadLetterIndexes } from './recover/dead-letter-index.ts';
import { createDeadLetters, type DeadLetters } from './recover/dead-letter-list.ts';
import { createFailureLog, type Failure } from './recover/failure-log.ts';
import { createReplays, type Replay } from './replay/replays.ts';
import { createDeliveryLog } from './trace/delivery-log.ts';
import { createTracer, type Tracer } from './trace/tracer.ts';

export interface BusConnections {
  /** A connection for commands that answer at once. */
  commands: RedisClient;
  /** Makes a connection to the server of a key that a reader may block: by default, as `commands` has it. */
  blocking?: (key: string) => Redis;
}

export interface Bus {
  readonly publisher: Publisher;
  /** The outbox of a collection that has {@link OUTBOX_INDEX} and carries events of one stream. */
  outbox<Document extends OutboxDocument>(collection: Collection<Document>, stream: string): Outbox;
  /**
   * Takes care of a stream that a module here writes: trims it, and calls `recover` when events may
   * be missing from Redis, at the start and after every data loss.
   */
  maintain(stream: string, retention: Retention, recover: MaintainedStream['recover']): void;
  /** Subscribes a group to every stream that its listeners name. */
  subscribe(group: string, listeners: readonly Listener[]): void;
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
  /** What the dead letters of a group are about. */
  readonly deadLetterIndex: DeadLetterIndexes;
  /** What failed lately on the way of events with this key, oldest first. */
  failuresOf(key: string): Promise<Failure[]>;
  /** What became of events with one key in every group. */
  readonly trace: Tracer['trace'];
  /** Calls `notify` after entries of a stream with this key. Gives the function that ends it. */
  readonly watch: Watches['watch'];
  /** The state of a stream, or undefined where there is none. */
  inspect(stream: string): Promise<StreamInfo | undefined>;
  /** What an operator looks at and does in the streams. */
  readonly operations: Operations;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** What does not work at the moment, a sentence each. */
  failing(): string[];
}

/** What a bus is made of. */
export interface BusDependencies {
  connections: BusConnections;
  /** What stands before every key that the bus uses in Redis; by default nothing. */
  keyPrefix?: string;
  /** Those that are not given have their defaults. */
  options?: Partial<BusOptions>;
  /** All contracts that there are, here or elsewhere: events that none of them knows are reported. */
  contracts?: readonly EventContract[];
  /** The events that each module listens to, wherever it runs; its groups of other streams are left over. */
  listening?: Listening;
  observer?: BusObserver;
  /** Keeps checkpoints when this process ends. */
  checkpointStore?: CheckpointStore;
  /** Writes to the store of the handlers; rejects where it is away. */
  probeStore?: () => Promise<unknown>;
  log: Log;
}

/** Makes a bus; it is started when all has been subscribed. */
export function createBus(bus: BusDependencies): Bus {
  const parts = assemble(bus);
  const { commands, keyOf, publisher, outboxes, failures, deliveries, tracer, watches } = parts;
  const { offsets, checkpoints } = parts;
  const { subscriptions, maintained, housekeeper, open, replays, pauseWatch, operations } = parts;
  const { contracts = [], checkpointStore } = bus;
  const all = (): Subscription[] => [...subscriptions, ...replays.subscriptions];
  const streams = (): string[] => [
    ...new Set([...maintained, ...subscriptions].map(({ stream }) => stream)),
  ];
  let stopped: Promise<void> | undefined;

  async function stop(): Promise<void> {
    watches.close();
    replays.stop();
    await Promise.all([
      outboxes.sweeper.stop(),
      housekeeper.stop(),
      pauseWatch.stop(),
      ...all().map((subscription) => subscription.stop()),
    ]);
    await Promise.all([outboxes.close(), deliveries.close()]);
  }

  return {
    publisher,
    outbox: (collection, stream) => outboxes.open(collection, stream),
    maintain(stream, retention, recover) {
      const losses = createLossDetector(
        commands,
        keyOf(stream),
        () => publisher.lastId(stream),
        () => checkpoints.handledUpTo(stream),
      );
      maintained.push({ stream, retention, losses, recover });
    },
    subscriptions,
    streams,
    allStreams: () => [...new Set([...streams(), ...contracts.map(({ stream }) => stream)])],
    deadLetters: (stream, group) => createDeadLetters(commands, keyOf(stream), group),
    deadLetterIndex: createDeadLetterIndexes(commands, keyOf, contracts),
    failuresOf: (key) => failures.of(key),
    trace: (key, events) => tracer.trace(key, events),
    watch: (stream, key, notify) => watches.watch(stream, key, notify),
    inspect: async (stream) =>
      inspectStream(commands, keyOf(stream), await operations.paused(stream)),
    operations,
    subscribe(group, listeners) {
      for (const [stream, ofStream] of Map.groupBy(listeners, ({ contract }) => contract.stream)) {
        const key = keyOf(stream);
        const restoreGroup = async () =>
          ensureGroup(commands, key, group, await offsets.of(stream, group));
        subscriptions.push(open({ stream, key, group, listeners: ofStream, restoreGroup }));
      }
    },
    answerReplays: (stream, owner, events) => replays.answer(stream, owner, events),
    replay: (stream, group, run) => replays.of(stream, group, run),
    async start() {
      if (checkpointStore) await restoreCheckpoints(checkpoints, checkpointStore, maintained);
      // Before they read: what is paused stays so.
      await pauseWatch.look();
      await Promise.all(all().map((subscription) => subscription.start()));
      pauseWatch.start();
      outboxes.sweeper.start();
      housekeeper.start();
    },
    stop: () => (stopped ??= stop()),
    failing: () =>
      [outboxes.sweeper, housekeeper, pauseWatch, ...all()]
        .map((part) => part.failing())
        .filter((reason) => reason !== undefined),
  };
}

/** Makes the parts of a bus, each with those that it uses. */
function assemble(bus: BusDependencies) {
  const { connections, keyPrefix = '', listening = new Map(), observer = SILENT, log } = bus;
  const { commands, blocking: connect = (key) => duplicateForBlocking(commands, key) } =
    connections;
  const options = { ...DEFAULT_BUS_OPTIONS, ...bus.options };
  const keyOf = (name: string): string => `${keyPrefix}${name}`;
  const failures = createFailureLog(commands, (key) => keyOf(`millrace:bus:failures:${key}`), log);
  const deliveries = createDeliveryLog(
    commands,
    keyOf('millrace:bus:deliveries'),
    options.deliveryLogBytes,
    log,
  );
  const parts = { commands, connect, keyOf, options, failures, deliveries };
  const shared = { ...parts, observer, log };
  const found = { redis: commands, keyOf, failures, deliveries };
  const tracer = createTracer({ ...found, readersOf: readersOf(listening) });
  const publisher = createPublisher(commands, keyOf, observer, log);
  const outboxes = createOutboxes({ publisher, options, log });
  const offsets = createGroupOffsets(commands, keyOf);
  const checkpoints = createCheckpoints();
  const subscriptions: Subscription[] = [];
  const maintained: MaintainedStream[] = [];
  const housekeeper = createHousekeeper({
    ...shared,
    ...(bus.checkpointStore && { checkpointStore: bus.checkpointStore }),
    listening,
    maintained,
    read: subscriptions,
    offsets,
    checkpoints,
    publishedUpTo: () => outboxes.publishedUpTo(),
  });
  const watches = createWatches(shared);
  const { contracts = [], probeStore } = bus;
  const open = createOpening({ ...shared, contracts, probeStore });
  const replays = createReplays({ commands, keyOf, open });
  const pauses = createPauses(commands, keyOf);
  const pauseWatch = createPauseWatch({ pauses, subscriptions, log });
  const operated = { ...shared, contracts, listening, pauses, pauseWatch };
  return {
    pauseWatch,
    operations: createOperations(operated),
    commands,
    keyOf,
    publisher,
    outboxes,
    failures,
    deliveries,
    tracer,
    watches,
    offsets,
    checkpoints,
    subscriptions,
    maintained,
    housekeeper,
    open,
    replays,
  };
}
