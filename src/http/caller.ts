/** Who calls: the one place that names the user of a request. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from './errors.ts';
import { SEAL_HEADER, type Caller, type Seal } from './seal.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who makes the request, once it is verified; null while nobody is known. */
    caller: Caller | null;
  }
}

/**
 * Makes requests name their caller where another process of Millrace has verified one and signed
 * for it. Tokens are the gateway's business, whose hook comes after.
 */
export function useCallers(app: FastifyInstance, seal: Seal): void {
  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request) => {
    request.caller = seal.open(request.headers[SEAL_HEADER]) ?? null;
  });
}

/**
 * Who makes the request, with the session and where it comes from.
 *
 * @throws DomainError 401 when the request belongs to no session.
 */
export function sessionOf({ caller }: FastifyRequest): Caller {
  if (caller) return caller;
  throw new DomainError(
    'unauthenticated',
    'no-session',
    'This call wants a session: POST /api/sessions gives one, whose token goes into the header Authorization: Bearer.',
  );
}

/**
 * The id of the user who makes the request.
 *
 * @throws DomainError 401 when the request belongs to no session.
 */
export function callerOf(request: FastifyRequest): string {
  return sessionOf(request).userId;
}
