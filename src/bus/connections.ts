/**
 * Connections to Redis, one server or a cluster: what the bus needs of them, those that a reader blocks, where
 * a key lives, and which keys live together.
 */
import { Cluster, Command, type Redis, type RedisOptions } from 'ioredis';

/** Pauses between attempts to connect, in ms. */
const RECONNECT_MIN_MS = 50;
const RECONNECT_MAX_MS = 1000;
/** How long a command may take, in ms; only blocked reads may take longer. */
const COMMAND_TIMEOUT_MS = 5000;
/** How long a call that blocks may take at most, in ms, however often one before it was overdue. */
const TIMEOUT_MAX_MS = 30_000;

/** The pause before an attempt to connect, in ms. */
export function reconnectPauseMs(attempt: number): number {
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
} as const satisfies RedisOptions;

/** One server, or a cluster of them. */
export type RedisClient = Redis | Cluster;

/**
 * Makes a connection to the server of a key, for a reader that blocks it and watches over its own time: a
 * blocked read never shares a connection with commands. It does not connect by itself.
 */
export function duplicateForBlocking(commands: RedisClient, key: string): Redis {
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

export interface BlockingOptions {
  /** Opens a connection to the server of a key, which does not connect by itself. */
  connect: (key: string) => Redis;
  /** A connection for other commands. */
  commands: RedisClient;
  key: string;
  overdueMs: number;
}

/** A connection that one reader blocks, made anew when it is dead without a sign of it. */
export interface BlockingConnection {
  /**
   * Makes a call that may block, when the connection is there; one at a time.
   *
   * @throws Error where the call fails, the connection does not come or the answer does not, in time,
   * and where it is closed meanwhile
   */
  call<T>(command: (redis: Redis) => Promise<T>): Promise<T>;
  /** Ends the wait of the call that blocks, by a command on another connection. */
  unblock(): Promise<void>;
  /** Ends the call that is under way. */
  close(): void;
}

/**
 * Makes a connection for reading the key, opened by the first call and whenever the last one is lost, or
 * the key has moved to another server. A call may take `overdueMs`, its block time included, and twice as
 * long after each that was overdue: where connecting takes longer than that, no call would ever be made.
 */
export function openBlockingConnection(options: BlockingOptions): BlockingConnection {
  const { connect, commands, key, overdueMs } = options;
  let connection: Redis | undefined;
  let server: Redis | undefined;
  let clientId: number | undefined;
  /** Ends the call that is under way; one promise for all calls would keep something of each. */
  let interrupt: ((error: Error) => void) | undefined;
  let closed = false;
  let timeoutMs = overdueMs;

  function disconnect(): void {
    connection?.disconnect();
    connection = undefined;
    clientId = undefined;
  }

  function overdue(): void {
    timeoutMs = Math.min(2 * timeoutMs, Math.max(overdueMs, TIMEOUT_MAX_MS));
    disconnect();
    interrupt?.(new Error('the read did not come back'));
  }

  async function ready(): Promise<Redis> {
    const now = serverOf(commands, key);
    if (connection?.status === 'ready' && server === now) return connection;
    disconnect();
    const opened = connect(key);
    [connection, server] = [opened, now];
    await opened.connect();
    // Unblocking a read needs it, and it cannot be asked for while the connection blocks.
    const id = await opened.client('ID');
    if (connection === opened) clientId = id;
    return opened;
  }

  return {
    async call(command) {
      if (closed) throw new Error('the connection is closed');
      const interrupted = new Promise<never>((_, reject) => (interrupt = reject));
      let last: NodeJS.Immediate | undefined;
      // A process that stood still meets its timers before the answers that came meanwhile.
      const timer = setTimeout(() => (last = setImmediate(overdue)), timeoutMs);
      try {
        const answer = await Promise.race([interrupted, ready().then(command)]);
        timeoutMs = overdueMs;
        return answer;
      } catch (error) {
        refreshSlots(commands);
        throw error;
      } finally {
        clearTimeout(timer);
        clearImmediate(last);
      }
    },
    async unblock() {
      if (clientId !== undefined) await serverOf(commands, key).client('UNBLOCK', clientId);
    },
    close() {
      closed = true;
      disconnect();
      interrupt?.(new Error('the connection is closed'));
    },
  };
}

/** Has one write of the socket take all commands of a turn of the event loop: it costs more than a command. */
export function writeOnceATurn(redis: Redis): void {
  let corked: Redis['stream'] | undefined;
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
export function keyBeside(key: string, name: string): string {
  return `${/^[^{]*\{[^}]+\}/.test(key) ? key : `{${key}}`}:${name}`;
}

/** The address of the node that serves a key, as far as is known. */
function addressOf(cluster: Cluster, key: string): string | undefined {
  return cluster.slots[new Command('EXISTS', [key]).getSlot()]?.[0];
}

/**
 * The server that a key lives on, as far as is known.
 *
 * @throws Error where no node of the cluster is known to serve it
 */
export function serverOf(redis: RedisClient, key: string): Redis {
  if (!(redis instanceof Cluster)) return redis;
  const address = addressOf(redis, key);
  const node = redis
    .nodes('master')
    .find(({ options: { host, port } }) => `${host}:${port}` === address);
  if (!node) throw new Error(`no node of the Redis Cluster is known that serves ${key}`);
  return node;
}

/** All servers that take writes. */
export function serversOf(redis: RedisClient): Redis[] {
  return redis instanceof Cluster ? redis.nodes('master') : [redis];
}

/** Has a cluster asked soon which node serves what. */
export function refreshSlots(redis: RedisClient): void {
  if (redis instanceof Cluster) redis.refreshSlotsCache();
}

/** Writes to every server that takes writes; rejects where one does not. */
export async function probeServers(redis: RedisClient, key: string, lifeMs: number): Promise<void> {
  const keys = redis instanceof Cluster ? keysOnAll(redis, key) : [key];
  await Promise.all(keys.map((one) => redis.set(one, '', 'PX', lifeMs)));
}

/** One key for every master of a cluster: a master serves thousands of slots, so few are tried. */
function keysOnAll(cluster: Cluster, prefix: string): string[] {
  const masters = new Set(cluster.slots.flatMap((addresses) => addresses.slice(0, 1)));
  const keys: string[] = [];
  for (let i = 0; masters.size > 0 && i < 1_000_000; i += 1) {
    const key = `${prefix}:${i}`;
    if (masters.delete(addressOf(cluster, key) ?? '')) keys.push(key);
  }
  return keys;
}
