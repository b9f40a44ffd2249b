/** Connections to Redis, set up so that no command is sent twice behind our back. */
import { once } from 'node:events';
import { Cluster, Redis, ReplyError, type RedisOptions } from 'ioredis';
import type { FastifyBaseLogger } from 'fastify';
import { reconnectPauseMs, REDIS_OPTIONS, writeOnceATurn, type RedisClient } from '../bus/index.ts';
import { explainUnreached, redisRefusal } from './refusals.ts';
import {
  hostsOf,
  parseClusterUrl,
  parseSentinelUrl,
  tlsOf,
  type ClusterAddress,
} from './redis-url.ts';

/** How often all Sentinels, or all nodes of a cluster, are asked at the start. */
const FIRST_TRIES = 3;

/** How often a cluster is asked which node serves what, in ms. */
const SLOTS_EVERY_MS = 1000;

const NO_CLUSTER =
  'The Redis in REDIS_URL is a server of its own, not a node of a cluster. Write redis:// there.';
const A_CLUSTER =
  'The Redis in REDIS_URL is a node of a cluster. Write redis+cluster:// there, or rediss+cluster://.';

/**
 * Opens a connection for commands that answer at once; resolves when it can be used.
 *
 * @throws Error that says where Redis was expected and why it was not reached.
 */
export async function connectRedis(url: string, log: FastifyBaseLogger): Promise<RedisClient> {
  const cluster = parseClusterUrl(url);
  return cluster ? connectCluster(url, cluster, log) : connectServer(url, log);
}

async function connectServer(url: string, log: FastifyBaseLogger): Promise<Redis> {
  let started = false;
  const sentinels = parseSentinelUrl(url);
  const options: RedisOptions = {
    ...REDIS_OPTIONS,
    // Sentinels tell of a fail-over, also where the old master only stands still. Readers find out by
    // themselves, since their reads do not come back.
    failoverDetector: true,
    sentinelRetryStrategy: (attempt) =>
      started || attempt < FIRST_TRIES ? reconnectPauseMs(attempt) : null,
  };
  const redis = sentinels
    ? new Redis({ ...options, ...sentinels })
    : new Redis(url, { ...options, ...tlsOf(new URL(url)) });
  report(redis, new Set(), log);
  await begin(redis, url, false);
  started = true;
  connectAfterEnd(redis);
  writeOnceATurn(redis);
  return redis;
}

/**
 * A client that hears of a fail-over while it already connects anew is ended by that for good (ioredis:
 * FailoverDetector), unless it is told to connect once more.
 */
function connectAfterEnd(redis: Redis): void {
  let closed = false;
  const disconnect = redis.disconnect.bind(redis);
  redis.disconnect = (reconnect = false) => {
    closed ||= !reconnect;
    disconnect(reconnect);
  };
  redis.on('end', () => {
    if (!closed) redis.connect().catch(() => undefined);
  });
}

async function connectCluster(
  url: string,
  { nodes, login }: ClusterAddress,
  log: FastifyBaseLogger,
): Promise<Cluster> {
  const options: RedisOptions = { ...REDIS_OPTIONS, ...login };
  await findNode(url, nodes, options);
  let started = false;
  const cluster = new Cluster(nodes, {
    redisOptions: options,
    lazyConnect: true,
    enableOfflineQueue: false,
    // What was sent on a connection that closed may have been carried out.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    clusterRetryStrategy: (attempt) =>
      started || attempt < FIRST_TRIES ? reconnectPauseMs(attempt) : null,
    // Certificates name hosts, not the addresses that the client would look up for them.
    dnsLookup: (host, found) => found(null, host),
  });
  // The client's own timer (slotsRefreshInterval) goes on for ever where it is closed in the middle of a look.
  const looking = setInterval(() => cluster.refreshSlotsCache(), SLOTS_EVERY_MS);
  cluster.once('end', () => clearInterval(looking));
  const down = new Set<string>();
  cluster.on('error', (err) => log.warn({ err }, 'no node of the Redis Cluster answers'));
  cluster.on('+node', (node: Redis) => {
    report(node, down, log);
    writeOnceATurn(node);
    // Before it is needed: a command that finds a node connecting is rejected.
    if (started) setImmediate(() => void node.connect().catch(() => undefined));
  });
  let unreached: string | undefined;
  cluster.on('node error', ({ message }, address) => (unreached = `${address}: ${message}`));
  try {
    cluster.connect().catch(() => undefined);
    await Promise.race([once(cluster, 'ready'), once(cluster, 'end').then(fail)]);
    for (const node of cluster.nodes('master')) {
      const { host, port } = node.options;
      unreached = `${host}:${port}: it does not answer`;
      await node.ping();
    }
  } catch (cause) {
    cluster.disconnect();
    throw new Error(explainNodes(unreached), { cause });
  }
  started = true;
  for (const node of cluster.nodes('slave')) node.connect().catch(() => undefined);
  return cluster;
}

function fail(): never {
  throw new Error('the client has given up');
}

/** Says why a cluster is not reached although a node that the URL names is. */
function explainNodes(unreached: string | undefined): string {
  const announce = 'redis-cli CONFIG SET cluster-announce-ip ADDRESS (and in redis.conf).';
  return unreached === undefined
    ? `The nodes in REDIS_URL do not tell the addresses of their Redis Cluster. Have each announce its own: ${announce}`
    : `The Redis Cluster in REDIS_URL names a node that cannot be reached at ${unreached}. Start it, or have it announce an address that can be reached from here: ${announce}`;
}

/** Looks for a node of a cluster that answers, which tells more of a failure than the cluster's client. */
async function findNode(
  url: string,
  nodes: ClusterAddress['nodes'],
  options: RedisOptions,
): Promise<void> {
  let failure: unknown;
  for (const node of nodes) {
    const redis = new Redis({ ...options, ...node, retryStrategy: null });
    redis.on('error', () => undefined);
    try {
      return await begin(redis, url, true);
    } catch (error) {
      failure = error;
    } finally {
      redis.disconnect();
    }
  }
  throw failure;
}

/** Connects for the first time, and looks whether it is what the URL says. */
async function begin(redis: Redis, url: string, wantsCluster: boolean): Promise<void> {
  let failure = new Error('it closed the connection');
  redis.on('error', (error) => {
    // That of a command which the end of the connection left without an answer tells nothing.
    if (error.name !== 'MaxRetriesPerRequestError') failure = error;
  });
  try {
    await redis.connect();
    // Without the database that REDIS_URL names, the client would go on with the first one.
    if (failure instanceof ReplyError) throw failure;
  } catch {
    redis.disconnect();
    const tls = url.startsWith('rediss');
    throw new Error(explainUnreached('Redis', hostsOf(url), failure, tls), { cause: failure });
  }
  const mismatch = await findMismatch(redis, wantsCluster);
  if (mismatch === undefined) return;
  redis.disconnect();
  throw new Error(`${mismatch} (Redis at ${hostsOf(url)})`);
}

/** Why a server is not of the kind that the URL says, or cannot be used as such. */
async function findMismatch(redis: Redis, wantsCluster: boolean): Promise<string | undefined> {
  const isCluster = (await redis.info('cluster')).includes('cluster_enabled:1');
  if (isCluster !== wantsCluster) return isCluster ? A_CLUSTER : NO_CLUSTER;
  if (!isCluster || (await redis.cluster('INFO')).includes('cluster_state:ok')) return undefined;
  return redisRefusal(new Error('CLUSTERDOWN '));
}

/** Logs when a server is lost and when it is there again. `down` has the addresses of those that are lost. */
function report(redis: Redis, down: Set<string>, log: FastifyBaseLogger): void {
  const { host, port } = redis.options;
  const server = `${host}:${port}`;
  redis.on('error', (error) => {
    if (!down.has(server)) log.warn({ err: error }, 'Redis cannot be reached; connecting again');
    down.add(server);
  });
  redis.on('ready', () => {
    if (down.delete(server)) log.info('Redis is reached again');
  });
}
