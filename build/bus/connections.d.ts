/**
 * Connections to Redis, one server or a cluster: what the bus needs of them, where a key lives, and which
 * keys live together.
 */
import { Cluster, type Redis } from 'ioredis';
/** The pause before an attempt to connect, in ms. */
export declare function reconnectPauseMs(attempt: number): number;
/**
 * What the bus needs of a connection for commands. An interrupted command is rejected, never sent again by
 * the client: whether it was carried out is for its caller to find out. Nor does a command wait while
 * there is no connection: an outage must be seen at once by those who have an outbox to fall back on.
 */
export declare const REDIS_OPTIONS: {
    readonly autoResendUnfulfilledCommands: false;
    readonly enableOfflineQueue: false;
    readonly lazyConnect: true;
    readonly commandTimeout: 5000;
    readonly maxRetriesPerRequest: 0;
    readonly keepAlive: 10000;
    readonly retryStrategy: typeof reconnectPauseMs;
    readonly sentinelRetryStrategy: typeof reconnectPauseMs;
    readonly reconnectOnError: (error: Error) => 1 | false;
};
/** One server, or a cluster of them. */
export type RedisClient = Redis | Cluster;
/**
 * Makes a connection to the server of a key, for a reader that blocks it and watches over its own time: a
 * blocked read never shares a connection with commands. It does not connect by itself.
 */
export declare function duplicateForBlocking(commands: RedisClient, key: string): Redis;
/** Has one write of the socket take all commands of a turn of the event loop: it costs more than a command. */
export declare function writeOnceATurn(redis: Redis): void;
/** A key in the cluster slot of another, so that one script or transaction may use both. */
export declare function keyBeside(key: string, name: string): string;
/**
 * The server that a key lives on, as far as is known.
 *
 * @throws Error where no node of the cluster is known to serve it
 */
export declare function serverOf(redis: RedisClient, key: string): Redis;
/** All servers that take writes. */
export declare function serversOf(redis: RedisClient): Redis[];
/** Has a cluster asked soon which node serves what. */
export declare function refreshSlots(redis: RedisClient): void;
/** Writes to every server that takes writes; rejects where one does not. */
export declare function probeServers(redis: RedisClient, key: string, lifeMs: number): Promise<void>;
