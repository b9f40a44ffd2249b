/** A REDIS_URL that names nodes of a Redis Cluster, which know all the others. */
import type { RedisOptions } from 'ioredis';
import { tlsOf } from './redis-tls.ts';
import { credentialsOf, hostsOf, serversIn } from './sentinel.ts';

/** Some nodes of a cluster, and how to log in to all of them. */
export interface ClusterAddress {
  nodes: { host: string; port: number }[];
  login: Pick<RedisOptions, 'username' | 'password' | 'tls'>;
}

/** For the settings: `redis+cluster://[user:password@]host[:port][,host[:port]…]`. */
export const CLUSTER_URL = String.raw`rediss?\+cluster://([^@/]*@)?[^@/?,]+(,[^@/?,]+)*/?(\?.*)?`;

const CLUSTER_PORT = 6379;

/** Reads a URL that fits {@link CLUSTER_URL}; gives undefined for one of another kind. */
export function parseClusterUrl(text: string): ClusterAddress | undefined {
  if (!new RegExp(`^${CLUSTER_URL}$`).test(text)) return undefined;
  const hosts = hostsOf(text);
  const url = new URL(text.replace(hosts, 'nodes'));
  return {
    nodes: serversIn(hosts, CLUSTER_PORT),
    login: { ...credentialsOf(url), ...tlsOf(url) },
  };
}
