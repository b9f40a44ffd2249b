/** Who calls: the one place that names the user of a request, or the operator who makes it. */
import { hash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from './errors.ts';
import {
  INTERNAL_TOKEN_HEADER,
  operatorOf,
  type Caller,
  type InternalTokens,
} from './internal-token.ts';
import { TOKEN_OPERATOR, type Operator } from './operator.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who makes the request, once it is verified; null while nobody is known. */
    caller: Caller | null;
    /** Whether another process has let the request in and forwarded it: it goes no further. */
    forwarded: boolean;
    /** Whether the process that has forwarded it keeps the audit log of it, too. */
    audited: boolean;
    /** The operator who makes it: by a token here, or where it was forwarded from; null: nobody. */
    operator: Operator | null;
  }
}

/** The `security` of a route for the callers of a session alone: others are refused, by 401. */
export const wantsSession = [{ session: [] }, { sessionCookie: [] }];
/** That of a route which a session makes a difference to, but which does without. */
export const takesSession = [{}, ...wantsSession];

/**
 * Makes requests name their caller where another process of Millrace has verified one and signed
 * for it. Tokens of sessions are the gateway's business, whose hook comes after.
 */
export function useCallers(
  app: FastifyInstance,
  internalTokens: InternalTokens,
  adminToken: string,
): void {
  app.decorateRequest('caller', null);
  app.decorateRequest('forwarded', false);
  app.decorateRequest('audited', false);
  app.decorateRequest('operator', null);
  const adminDigest = digest(adminToken);
  app.addHook('onRequest', (request, _reply, done) => {
    const { caller = null, forwarded } = internalTokens.verify(
      request.headers[INTERNAL_TOKEN_HEADER],
      request,
    );
    request.caller = caller;
    request.forwarded = forwarded !== undefined;
    request.audited = forwarded?.audited ?? false;
    request.operator = forwarded
      ? operatorOf(forwarded)
      : isToken(bearerOf(request), adminDigest)
        ? TOKEN_OPERATOR
        : null;
    done();
  });
  // Once all have looked who it is, and before anything of the request is read or judged.
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const isMissing = !request.caller && request.routeOptions.schema?.security === wantsSession;
    done(isMissing ? noSession() : null, payload);
  });
}

/** The token of `Authorization: Bearer`, whose name may be written in any case. */
export function bearerOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  return /^bearer +(.*)$/i.exec(headers.authorization ?? '')?.[1];
}

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

/** Digests are compared, since they are equally long whatever was sent. */
function isToken(given: string | undefined, expected: Buffer): boolean {
  return given !== undefined && timingSafeEqual(digest(given), expected);
}

/**
 * Who makes the request, with the session and where it comes from.
 *
 * @throws DomainError 401 when the request belongs to no session.
 */
export function requireCaller({ caller }: FastifyRequest): Caller {
  if (caller) return caller;
  throw noSession();
}

function noSession(): DomainError {
  return new DomainError(
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
export function requireUserId(request: FastifyRequest): string {
  return requireCaller(request).userId;
}
