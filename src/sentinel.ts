/** A REDIS_URL that names Sentinels, which know the server that is the master at the moment. */
import type { RedisOptions } from 'ioredis';
import { tlsOf } from './redis-tls.ts';

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

/** The part of a URL that names its hosts, without credentials. */
export function hostsOf(url: string): string {
  const [, authority = ''] = /:\/\/([^/?#]*)/.exec(url) ?? [];
  return authority.slice(authority.lastIndexOf('@') + 1);
}

/** The hosts of such a part of a URL, each with its port. */
export function serversIn(hosts: string, defaultPort: number): { host: string; port: number }[] {
  return hosts.split(',').map((host) => {
    const { hostname, port } = new URL(`redis://${host}`);
    return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || defaultPort) };
  });
}

/** The user and the password of a URL, where it has them. */
export function credentialsOf({ username, password }: URL): {
  username?: string;
  password?: string;
} {
  return {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
  };
}
