/** The client of Redis, one server or a cluster: where a key lives, and which keys live together. */
import { Cluster, Command, type Redis } from 'ioredis';

/** One server, or a cluster of them. */
export type RedisClient = Redis | Cluster;

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
