/** Where a request comes from, as keyed hashes: they can be compared, and tell nothing else. */
import { createHmac } from 'node:crypto';
import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import type { Origin } from './session.ts';

/** The part of an IPv6 address that one customer of a provider has, in bits. */
const IPV6_NETWORK = 64;

/** What tells a browser from others and stays the same from one request to the next. */
const BROWSER_HEADERS = ['user-agent', 'accept-language'];

export function originOf(request: FastifyRequest, secret: Buffer): Origin {
  const hash = (what: string, text: string): string =>
    createHmac('sha256', secret).update(`${what} ${text}`).digest('base64url');
  const told = BROWSER_HEADERS.map((name) => String(request.headers[name] ?? ''));
  return {
    browser: hash('browser', told.map((text) => text.trim().toLowerCase()).join('\n')),
    // A connection that has just ended has no address any more, whatever its type says.
    address: hash('address', normalizeIP(request.ip || '', IPV6_NETWORK)),
  };
}
