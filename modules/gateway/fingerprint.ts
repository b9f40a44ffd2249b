/** Where a request comes from, as keyed hashes: they can be compared, and tell nothing else. */
import { isIPv6 } from 'node:net';
import { Address6 } from 'ip-address';
import { LRUCache } from 'lru-cache';
import type { FastifyRequest } from 'fastify';
import { macOf, perContext } from '#host';
import type { Origin } from './session.ts';
import type { Context } from './settings.ts';

/** The part of an IPv6 address that one customer of a provider has, in bits. */
const IPV6_NETWORK = 64;

/** What tells a browser from others and stays the same from one request to the next. */
const BROWSER_HEADERS = ['user-agent', 'accept-language'];

/** How much of what was hashed lately is remembered, with the hashes, in characters. */
const REMEMBERED = 2_000_000;

const hashes = perContext(
  () =>
    new LRUCache<string, string>({
      maxSize: REMEMBERED,
      sizeCalculation: (_hash, key) => key.length + 100,
    }),
);

export function originOf({ headers, ip }: FastifyRequest, context: Context): Origin {
  const told = BROWSER_HEADERS.map((name) => String(headers[name] ?? ''));
  return {
    browser: hashOf(context, 'browser', told.map((text) => text.trim().toLowerCase()).join('\n')),
    // A connection that has just ended has no address any more, whatever its type says.
    address: hashOf(context, 'address', ip || '', networkOf),
  };
}

function hashOf(context: Context, what: string, text: string, part = (all: string) => all): string {
  const known = hashes(context);
  const key = `${what} ${text}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const hash = macOf(context.secret, `${what} ${part(text)}`);
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
