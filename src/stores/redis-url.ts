/** What a REDIS_URL says: one server, Sentinels that know the master, or nodes of a cluster; users and TLS. */
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { RedisOptions } from 'ioredis';

/** What a connection needs to find its master. */
export type SentinelOptions = Pick<
  RedisOptions,
  | 'sentinels'
  | 'name'
  | 'db'
  | 'username'
  | 'password'
  | 'tls'
  | 'sentinelUsername'
  | 'sentinelPassword'
  | 'sentinelTLS'
  | 'enableTLSForSentinelMode'
>;

/** For the settings: `redis+sentinel://[user:password@]host[:port][,host[:port]…]/master[/db]`. */
export const SENTINEL_URL = String.raw`rediss?\+sentinel://([^@/]*@)?[^@/,]+(,[^@/,]+)*/[^/?]+(/\d+)?(\?.*)?`;

const SENTINEL_PORT = 26_379;

/**
 * Reads a URL that fits {@link SENTINEL_URL}; gives undefined for one of a single server. User and
 * password are those of Redis; those of the Sentinels come as `?sentinelUsername=…&sentinelPassword=…`.
 * With `rediss` all of it goes over TLS.
 */
export function parseSentinelUrl(text: string): SentinelOptions | undefined {
  if (!new RegExp(`^${SENTINEL_URL}$`).test(text)) return undefined;
  const hosts = hostsOf(text);
  // A URL has one host; the rest of it is as in any other.
  const url = new URL(text.replace(hosts, 'sentinels'));
  const { pathname, searchParams } = url;
  const { tls } = tlsOf(url);
  const [, name = '', db = '0'] = pathname.split('/');
  const sentinelUsername = searchParams.get('sentinelUsername');
  const sentinelPassword = searchParams.get('sentinelPassword');
  return {
    sentinels: serversIn(hosts, SENTINEL_PORT),
    name: decodeURIComponent(name),
    db: Number(db),
    ...credentialsOf(url),
    ...(sentinelUsername && { sentinelUsername }),
    ...(sentinelPassword && { sentinelPassword }),
    ...(tls && { tls, sentinelTLS: tls, enableTLSForSentinelMode: true }),
  };
}

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

/** The part of a URL that names its hosts, without credentials. */
export function hostsOf(url: string): string {
  const [, authority = ''] = /:\/\/([^/?#]*)/.exec(url) ?? [];
  return authority.slice(authority.lastIndexOf('@') + 1);
}

/** The hosts of such a part of a URL, each with its port. */
function serversIn(hosts: string, defaultPort: number): { host: string; port: number }[] {
  return hosts.split(',').map((host) => {
    const { hostname, port } = new URL(`redis://${host}`);
    return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || defaultPort) };
  });
}

/** The user and the password of a URL, where it has them. */
function credentialsOf({ username, password }: URL): {
  username?: string;
  password?: string;
} {
  return {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
  };
}

/**
 * For `rediss…://`, what the connections to all servers need; for others nothing. `tlsCAFile` and
 * `tlsCertificateKeyFile` in the query name files in PEM, by the words that MongoDB's URLs have for them.
 *
 * @throws Error that names a file which cannot be read
 */
export function tlsOf({ protocol, searchParams }: URL): { tls?: ConnectionOptions } {
  if (!protocol.startsWith('rediss')) return {};
  const [ca, client] = ['tlsCAFile', 'tlsCertificateKeyFile'].map((name) =>
    readNamed(name, searchParams.get(name)),
  );
  return { tls: { ...(ca && { ca }), ...(client && { cert: client, key: client }) } };
}

function readNamed(name: string, file: string | null): Buffer | undefined {
  if (!file) return undefined;
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`REDIS_URL names ${file} as its ${name}, which cannot be read: ${code}.`, {
      cause: error,
    });
  }
}
