/** The bus of one process: its publisher, its outboxes, its subscriptions, started and stopped as one. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Collection } from 'mongodb';
import type { Redis } from 'ioredis';
import { duplicateForBlocking, probeServers, type RedisClient } from './connections.ts';
import { createDeadLetters, type DeadLetters } from './recover/dead-letter-list.ts';
import type { EventContract, OutboxDocument, OutboxRecord } from './contract/event.ts';
import { createFailureLog, type Failure, type FailureLog } from './recover/failure-log.ts';
import { ensureGroup } from './maintain/group-offsets.ts';
import type { Listener } from './consume/handler.ts';
import type { Log } from './observer.ts';
import { DEFAULT_BUS_OPTIONS, type BusOptions } from './options.ts';
import { createOutboxes, type Outbox } from './publish/outbox.ts';
import { createHousekeeper, type MaintainedStream } from './maintain/housekeeper.ts';
import {
  createCheckpoints,
  createLossDetector,
  type CheckpointStore,
} from './maintain/data-loss.ts';
import { SILENT, type BusObserver } from './observer.ts';
import { createGroupOffsets } from './maintain/group-offsets.ts';
import { createPublisher, type Publisher } from './publish/publisher.ts';
import { createStoreCheck } from './consume/retry-policy.ts';
import type { Retention } from './maintain/trimming.ts';
import { inspectStream, type StreamInfo } from './maintain/stream-info.ts';
import { createReplays, type Opening, type Replay } from './replay/replays.ts';
import { createSubscription, type Subscription } from './consume/subscription.ts';
import { createWatches, type Watches } from './consume/watch.ts';

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
  /** What failed lately on the way of events with this key, oldest first. */
  failuresOf(key: string): Promise<Failure[]>;
  /** Calls `notify` after entries of a stream with this key. Gives the function that ends it. */
  readonly watch: Watches['watch'];
  /** The state of a stream, or undefined where there is none. */
  inspect(stream: string): Promise<StreamInfo | undefined>;
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
  /** The streams that each module listens to, wherever it runs; its groups of others are left over. */
  listening?: ReadonlyMap<string, ReadonlySet<string>>;
  observer?: BusObserver;
  /** Keeps checkpoints when this process ends. */
  checkpointStore?: CheckpointStore;
  /** Writes to the store of the handlers; rejects where it is away. */
  probeStore?: () => Promise<unknown>;
  log: Log;
}

/** Makes a bus; it is started when all has been subscribed. */
export function createBus(bus: BusDependencies): Bus {
  const { connections, keyPrefix = '', contracts = [], observer = SILENT, log } = bus;
  const options = { ...DEFAULT_BUS_OPTIONS, ...bus.options };
  const { checkpointStore, listening = new Map() } = bus;
  const { commands, blocking = (key) => duplicateForBlocking(commands, key) } = connections;
  const keyOf = (stream: string): string => `${keyPrefix}${stream}`;
  const publisher = createPublisher(commands, keyOf, observer, log);
  const outboxes = createOutboxes({ publisher, options, log });
  const failures = createFailureLog(commands, (key) => keyOf(`millrace:bus:failures:${key}`), log);
  const watches = createWatches({
    connect: blocking,
    commands,
    keyOf,
    blockMs: options.blockMs,
    graceMs: options.readGraceMs,
    log,
  });
  const offsets = createGroupOffsets(commands, keyOf);
  const checkpoints = createCheckpoints();
  const subscriptions: Subscription[] = [];
  const maintained: MaintainedStream[] = [];
  const housekeeper = createHousekeeper({
    redis: commands,
    keyOf,
    maintained,
    read: subscriptions,
    listening,
    offsets,
    checkpoints,
    ...(checkpointStore && { checkpointStore }),
    publishedUpTo: () => outboxes.publishedUpTo(),
    options,
    log,
  });
  const open = createOpening(
    { ...bus, connections: { commands, blocking }, options },
    keyOf,
    failures,
  );
  const replays = createReplays({ redis: commands, keyOf, open });
  const all = (): Subscription[] => [...subscriptions, ...replays.subscriptions];
  const streams = (): string[] => [
    ...new Set([...maintained, ...subscriptions].map(({ stream }) => stream)),
  ];
  let stopped: Promise<void> | undefined;

  async function start(): Promise<void> {
    if (checkpointStore)
      for (const { stream } of maintained)
        checkpoints.restore(
          stream,
          await checkpointStore.read(stream),
          checkpointStore.groupsOf(stream),
        );
    await Promise.all(all().map((subscription) => subscription.start()));
    outboxes.sweeper.start();
    housekeeper.start();
  }

  async function stop(): Promise<void> {
    watches.close();
    replays.stop();
    await Promise.all([
      outboxes.sweeper.stop(),
      housekeeper.stop(),
      ...all().map((subscription) => subscription.stop()),
    ]);
    await outboxes.close();
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
    failuresOf: (key) => failures.of(key),
    watch: (stream, key, notify) => watches.watch(stream, key, notify),
    inspect: (stream) => inspectStream(commands, keyOf(stream)),
    subscribe(group: string, listeners: readonly Listener[]) {
      for (const [stream, ofStream] of Map.groupBy(listeners, ({ contract }) => contract.stream)) {
        const key = keyOf(stream);
        const restoreGroup = async () =>
          ensureGroup(commands, key, group, await offsets.of(stream, group));
        subscriptions.push(
          open({
            stream,
            key,
            group,
            listeners: ofStream,
            restoreGroup,
          }),
        );
      }
    },
    answerReplays: (stream, owner, events) => replays.answer(stream, owner, events),
    replay: (stream, group, run) => replays.of(stream, group, run),
    start,
    stop: () => (stopped ??= stop()),
    failing: () =>
      [outboxes.sweeper, housekeeper, ...all()]
        .map((part) => part.failing())
        .filter((reason) => reason !== undefined),
  };
}

/** Makes the function that opens a subscription as a consumer of this process. */
function createOpening(
  bus: BusDependencies & { connections: Required<BusConnections>; options: BusOptions },
  keyOf: (name: string) => string,
  failures: FailureLog,
): (opening: Opening) => Subscription {
  const { connections, options, contracts = [], observer = SILENT, probeStore, log } = bus;
  const { commands, blocking: connect } = connections;
  const consumer = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const storesAnswer = createStoreCheck(() =>
    Promise.all([probeServers(commands, keyOf('millrace:bus:probe'), 1), probeStore?.()]),
  );
  return (opening) =>
    createSubscription({
      ...opening,
      consumer,
      contracts: contracts.filter(({ stream }) => stream === opening.stream),
      commands,
      connect,
      options,
      observer,
      failures,
      storesAnswer,
      log,
    });
}
