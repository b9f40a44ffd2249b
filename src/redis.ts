/** Connections to Redis, set up so that no command is sent twice behind our back. */
import { Redis, ReplyError, type RedisOptions } from 'ioredis';
import type { FastifyBaseLogger } from 'fastify';
import { explainUnreached } from './refusals.ts';
import { hostsOf, parseSentinelUrl } from './sentinel.ts';

/** The client's option types contradict each other in this one, which is not used here. */
type ConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

/** Pauses between attempts to connect, in ms. */
const RECONNECT_MIN_MS = 50;
const RECONNECT_MAX_MS = 1000;
/** How long a command may take, in ms; only blocked reads may take longer. */
const COMMAND_TIMEOUT_MS = 5000;

function pauseBefore(attempt: number): number {
  return Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** Math.min(attempt, 10));
}

/**
 * An interrupted command is rejected, never sent again by the client: whether it was carried out is
 * for its caller to find out. Nor does a command wait while there is no connection: an outage
 * must be seen at once by those who have an outbox to fall back on.
 */
const COMMON: ConnectionOptions = {
  autoResendUnfulfilledCommands: false,
  enableOfflineQueue: false,
  // Any other value leaves an interrupted command without an answer until its time-out, or for ever.
  maxRetriesPerRequest: 0,
  keepAlive: 10_000,
  retryStrategy: pauseBefore,
  sentinelRetryStrategy: pauseBefore,
  // After a fail-over the old master answers READONLY; the connection must find the new one.
  reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 1 : false),
};

/** How often all Sentinels are asked for the master at the start. */
const FIRST_TRIES = 3;

/**
 * Opens a connection for commands that answer at once; resolves when it can be used.
 *
 * @throws Error that says where Redis was expected and why it was not reached.
 */
export async function connectRedis(url: string, log: FastifyBaseLogger): Promise<Redis> {
  let started = false;
  const redis = open(
    url,
    {
      commandTimeout: COMMAND_TIMEOUT_MS,
      lazyConnect: true,
      // Sentinels tell of a fail-over, also where the old master only stands still. Readers find out by
      // themselves, since their reads do not come back.
      failoverDetector: true,
      sentinelRetryStrategy: (attempt) =>
        started || attempt < FIRST_TRIES ? pauseBefore(attempt) : null,
    },
    log,
  );
  let failure = new Error('it closed the connection');
  redis.on('error', (error) => (failure = error));
  try {
    await redis.connect();
    // Without the database that REDIS_URL names, the client would go on with the first one.
    if (failure instanceof ReplyError) throw failure;
  } catch {
    redis.disconnect();
    const tls = url.startsWith('rediss');
    throw new Error(explainUnreached('Redis', hostsOf(url), failure, tls), { cause: failure });
  }
  started = true;
  return redis;
}

/** Opens a connection that a reader may block; the reader watches over its own time. */
export function connectBlockingRedis(url: string, log: FastifyBaseLogger): Redis {
  return open(url, {}, log);
}

function open(url: string, options: ConnectionOptions, log: FastifyBaseLogger): Redis {
  const sentinels = parseSentinelUrl(url);
  const all = { ...COMMON, ...options };
  const redis = sentinels ? new Redis({ ...all, ...sentinels }) : new Redis(url, all);
  let down = false;
  redis.on('error', (error) => {
    if (!down) log.warn({ err: error }, 'Redis cannot be reached; connecting again');
    down = true;
  });
  redis.on('ready', () => {
    if (down) log.info('Redis is reached again');
    down = false;
  });
  return redis;
}
