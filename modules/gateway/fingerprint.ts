/** Where a request comes from, as keyed hashes: they can be compared, and tell nothing else. */
import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { Address6 } from 'ip-address';
import { LRUCache } from 'lru-cache';
import type { FastifyRequest } from 'fastify';
import type { Origin } from './session.ts';

/** The part of an IPv6 address that one customer of a provider has, in bits. */
const IPV6_NETWORK = 64;

/** What tells a browser from others and stays the same from one request to the next. */
const BROWSER_HEADERS = ['user-agent', 'accept-language'];

/** How much of what was hashed lately is remembered, with the hashes, in characters. */
const REMEMBERED = 2_000_000;

/** The hashes of each secret. */
const hashes = new WeakMap<Buffer, LRUCache<string, string>>();

export function originOf({ headers, ip }: FastifyRequest, secret: Buffer): Origin {
  const told = BROWSER_HEADERS.map((name) => String(headers[name] ?? ''));
  return {
    browser: hashOf(secret, 'browser', told.map((text) => text.trim().toLowerCase()).join('\n')),
    // A connection that has just ended has no address any more, whatever its type says.
    address: hashOf(secret, 'address', ip || '', networkOf),
  };
}

function hashOf(secret: Buffer, what: string, text: string, part = (all: string) => all): string {
  const known =
    hashes.get(secret) ??
    new LRUCache({ maxSize: REMEMBERED, sizeCalculation: (_hash, key) => key.length + 100 });
  hashes.set(secret, known);
  const key = `${what} ${text}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const hmac = createHmac('sha256', secret).update(`${what} ${part(text)}`);
  const hash = hmac.digest('base64url');
  known.set(key, hash);
  return hash;
}

/** What stands for an address: an IPv4 address itself, however it is written, or an IPv6 network. */
function networkOf(ip: string): string {
  if (!isIPv6(ip)) return ip.toLowerCase();
  const address = new Address6(ip);
  return address.isMapped4()
    ? address.to4().correctForm()
    : new Address6(`${ip}/${IPV6_NETWORK}`).startAddress().correctForm();
}
