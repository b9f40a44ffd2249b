/**
 * Connections to Redis, one server or a cluster: what the bus needs of them, where a key lives, and which
 * keys live together.
 */
import { Cluster, Command } from 'ioredis';
/** Pauses between attempts to connect, in ms. */
const RECONNECT_MIN_MS = 50;
const RECONNECT_MAX_MS = 1000;
/** How long a command may take, in ms; only blocked reads may take longer. */
const COMMAND_TIMEOUT_MS = 5000;
/** The pause before an attempt to connect, in ms. */
export function reconnectPauseMs(attempt) {
    return Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** Math.min(attempt, 10));
}
/**
 * What the bus needs of a connection for commands. An interrupted command is rejected, never sent again by
 * the client: whether it was carried out is for its caller to find out. Nor does a command wait while
 * there is no connection: an outage must be seen at once by those who have an outbox to fall back on.
 */
export const REDIS_OPTIONS = {
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    lazyConnect: true,
    commandTimeout: COMMAND_TIMEOUT_MS,
    // Any other value leaves an interrupted command without an answer until its time-out, or for ever.
    maxRetriesPerRequest: 0,
    keepAlive: 10_000,
    retryStrategy: reconnectPauseMs,
    sentinelRetryStrategy: reconnectPauseMs,
    // After a fail-over the old master answers READONLY; the connection must find the new one.
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 1 : false),
};
/**
 * Makes a connection to the server of a key, for a reader that blocks it and watches over its own time: a
 * blocked read never shares a connection with commands. It does not connect by itself.
 */
export function duplicateForBlocking(commands, key) {
    const redis = serverOf(commands, key).duplicate({
        failoverDetector: false,
        // The reader connects anew, to where its stream is by then.
        retryStrategy: null,
        sentinelRetryStrategy: reconnectPauseMs,
    });
    delete redis.options.commandTimeout;
    redis.on('error', () => undefined);
    return redis;
}
/** Has one write of the socket take all commands of a turn of the event loop: it costs more than a command. */
export function writeOnceATurn(redis) {
    let corked;
    const send = redis.sendCommand.bind(redis);
    redis.sendCommand = (command, stream) => {
        const socket = redis.stream;
        if (socket && socket !== corked) {
            corked = socket;
            socket.cork();
            setImmediate(() => {
                socket.uncork();
                corked = undefined;
            });
        }
        return send(command, stream);
    };
}
/** A key in the cluster slot of another, so that one script or transaction may use both. */
export function keyBeside(key, name) {
    return `${/^[^{]*\{[^}]+\}/.test(key) ? key : `{${key}}`}:${name}`;
}
/** The address of the node that serves a key, as far as is known. */
function addressOf(cluster, key) {
    return cluster.slots[new Command('EXISTS', [key]).getSlot()]?.[0];
}
/**
 * The server that a key lives on, as far as is known.
 *
 * @throws Error where no node of the cluster is known to serve it
 */
export function serverOf(redis, key) {
    if (!(redis instanceof Cluster))
        return redis;
    const address = addressOf(redis, key);
    const node = redis
        .nodes('master')
        .find(({ options: { host, port } }) => `${host}:${port}` === address);
    if (!node)
        throw new Error(`no node of the Redis Cluster is known that serves ${key}`);
    return node;
}
/** All servers that take writes. */
export function serversOf(redis) {
    return redis instanceof Cluster ? redis.nodes('master') : [redis];
}
/** Has a cluster asked soon which node serves what. */
export function refreshSlots(redis) {
    if (redis instanceof Cluster)
        redis.refreshSlotsCache();
}
/** Writes to every server that takes writes; rejects where one does not. */
export async function probeServers(redis, key, lifeMs) {
    const keys = redis instanceof Cluster ? keysOnAll(redis, key) : [key];
    await Promise.all(keys.map((one) => redis.set(one, '', 'PX', lifeMs)));
}
/** One key for every master of a cluster: a master serves thousands of slots, so few are tried. */
function keysOnAll(cluster, prefix) {
    const masters = new Set(cluster.slots.flatMap((addresses) => addresses.slice(0, 1)));
    const keys = [];
    for (let i = 0; masters.size > 0 && i < 1_000_000; i += 1) {
        const key = `${prefix}:${i}`;
        if (masters.delete(addressOf(cluster, key) ?? ''))
            keys.push(key);
    }
    return keys;
}
