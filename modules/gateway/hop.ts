/** The signed header by which a gateway tells another process that a request has passed it. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether a gateway has let the request in: it is neither judged nor passed on again. */
    passedOn: boolean;
  }
}

export const HOP_HEADER = 'millrace-hop';

/** How long the header counts, in ms: a request on its way between two processes. */
const LIFE_MS = 60_000;

/** The header's value, for a request that is passed on now. */
export function hopHeader(secret: Buffer, now = Date.now()): string {
  const until = String(now + LIFE_MS);
  return `${until}.${mac(secret, until)}`;
}

/** Marks requests that a gateway has passed on; to be added before any hook that judges them. */
export function usePassedOn(app: FastifyInstance, secret: Buffer): void {
  app.decorateRequest('passedOn', false);
  app.addHook('onRequest', async (request) => {
    request.passedOn = isHop(secret, request.headers[HOP_HEADER]);
  });
}

function isHop(secret: Buffer, text: string | string[] | undefined): boolean {
  if (typeof text !== 'string') return false;
  const [until = '', signature = ''] = text.split('.');
  const [given, expected] = [Buffer.from(signature), Buffer.from(mac(secret, until))];
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
  return Number(until) > Date.now();
}

function mac(secret: Buffer, until: string): string {
  return createHmac('sha256', secret).update(`hop ${until}`).digest('base64url');
}
