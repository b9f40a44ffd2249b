/** Where a request comes from, as keyed hashes: they can be compared, and tell nothing else. */
import { isIPv6 } from 'node:net';
import { Address6 } from 'ip-address';
import { LRUCache } from 'lru-cache';
import type { FastifyRequest } from 'fastify';
import { macOf } from '#host';
import type { Origin } from './session.ts';

/** The part of an IPv6 address that one customer of a provider has, in bits. */
const IPV6_NETWORK = 64;

/** What tells a browser from others and stays the same from one request to the next. */
const BROWSER_HEADERS = ['user-agent', 'accept-language'];

/** How much of what was hashed lately is remembered, with the hashes, in characters. */
const REMEMBERED = 2_000_000;

/** Where a request comes from. */
export type OriginOf = (request: FastifyRequest) => Origin;

/** Hashes by the module's own secret, and remembers what it has hashed lately. */
export function createFingerprint(secret: Buffer): OriginOf {
  const hashes = new LRUCache<string, string>({
    maxSize: REMEMBERED,
    sizeCalculation: (_hash, key) => key.length + 100,
  });

  function hashOf(what: string, text: string, part = (all: string) => all): string {
    const key = `${what} ${text}`;
    const found = hashes.get(key);
    if (found !== undefined) return found;
    const hash = macOf(secret, `${what} ${part(text)}`);
    hashes.set(key, hash);
    return hash;
  }

  return ({ headers, ip }) => {
    const sent = BROWSER_HEADERS.map((name) => String(headers[name] ?? ''));
    return {
      browser: hashOf('browser', sent.map((text) => text.trim().toLowerCase()).join('\n')),
      // A connection that has just ended has no address any more, whatever its type says.
      address: hashOf('address', ip || '', networkOf),
    };
  };
}

/** What stands for an address: an IPv4 address itself, however it is written, or an IPv6 network. */
function networkOf(ip: string): string {
  if (!isIPv6(ip)) return ip.toLowerCase();
  const address = new Address6(ip);
  return address.isMapped4()
    ? address.to4().correctForm()
    : new Address6(`${ip}/${IPV6_NETWORK}`).startAddress().correctForm();
}
