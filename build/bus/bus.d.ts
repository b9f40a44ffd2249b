import type { Collection } from 'mongodb';
import type { Redis } from 'ioredis';
import { type RedisClient } from './connections.ts';
import { type DeadLetters } from './recover/dead-letter-list.ts';
import type { EventContract, OutboxRecord } from './contract/event.ts';
import { type Failure } from './recover/failure-log.ts';
import { type CheckpointStore } from './maintain/checkpoints.ts';
import type { Listener } from './consume/handler.ts';
import type { Log } from './observer.ts';
import { type BusOptions } from './options.ts';
import type { Outbox, OutboxDocument } from './publish/outbox.ts';
import { type MaintainedStream } from './maintain/housekeeper.ts';
import { type BusObserver } from './observer.ts';
import { type Publisher } from './publish/publisher.ts';
import type { Retention } from './maintain/trimming.ts';
import { type StreamInfo } from './maintain/stream-info.ts';
import { type Replay } from './replay/replays.ts';
import { type Subscription } from './consume/subscription.ts';
import { type Watches } from './consume/watch.ts';
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
    subscribe<Context>(group: string, listeners: readonly Listener<Context>[], context?: Context): void;
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
export declare function createBus(bus: BusDependencies): Bus;
