/** Which pages of other origins may call the API from a browser. */
import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import type { Settings } from './settings.ts';

/** How long a browser may remember what it may do, in s. */
const PREFLIGHT_S = 600;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const ALLOWED = [
  'authorization',
  'content-type',
  'idempotency-key',
  'if-none-match',
  'last-event-id',
  'traceparent',
  'x-csrf-token',
];
const EXPOSED = ['etag', 'location', 'retry-after', 'x-cache'];
const COUNTS = ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'];

/** Answers browsers that ask for the listed origins; without a list nothing is added. */
export async function useCors(
  app: FastifyInstance,
  { CORS_ORIGINS }: Pick<Settings, 'CORS_ORIGINS'>,
): Promise<void> {
  if (CORS_ORIGINS === undefined) return;
  const listed = new Set(CORS_ORIGINS.split(','));
  await app.register(cors, {
    // What is not listed is told nothing at all, not even that cookies would be taken.
    delegator: (request, done) => {
      const { origin } = request.headers;
      if (origin === undefined || !listed.has(origin)) done(null, { origin: false });
      else
        done(null, {
          origin,
          credentials: true,
          methods: METHODS,
          allowedHeaders: ALLOWED,
          exposedHeaders: [...EXPOSED, ...COUNTS],
          maxAge: PREFLIGHT_S,
        });
    },
  });
}
