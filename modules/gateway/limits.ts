/** How many requests a session, or an address without one, may make. */
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, type ModuleContext } from '#host';
import { originOf } from './fingerprint.ts';

const WINDOW_MS = 60_000;

/**
 * Counts a request, by its session where that is known.
 *
 * @throws DomainError 429
 */
export type RateLimit = (
  request: FastifyRequest,
  reply: FastifyReply,
  sessionId: string | undefined,
) => Promise<unknown>;

/** The limit of all processes together, counted in Redis; while that is away, nobody is limited. */
export async function useLimits(app: FastifyInstance, context: ModuleContext): Promise<RateLimit> {
  const { config, redis, secret } = context;
  const max = config.RATE_LIMIT_PER_MINUTE;
  if (max === 0) return async () => undefined;
  const sessions = new WeakMap<FastifyRequest, string>();
  await app.register(rateLimit, {
    global: false,
    max,
    timeWindow: WINDOW_MS,
    redis,
    nameSpace: context.redisKey('rate:'),
    skipOnError: true,
    keyGenerator: (request) =>
      sessions.get(request) ?? `address:${originOf(request, secret).address}`,
    errorResponseBuilder: () =>
      new DomainError(
        'too-many-requests',
        'rate-limited',
        `At most ${max} requests a minute are answered; the header Retry-After says when to go on.`,
      ),
  });
  const count = app.rateLimit();
  return (request, reply, sessionId) => {
    if (sessionId !== undefined) sessions.set(request, `session:${sessionId}`);
    return count.call(app, request, reply);
  };
}
