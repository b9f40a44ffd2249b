/** Who makes a request under `/api`, by its token; and refusing tokens that are worth nothing. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { bearerOf, DomainError } from '#host';
import { cookieOf } from './cookie.ts';
import type { OriginOf } from './fingerprint.ts';
import type { RateLimit } from './rate-limit.ts';
import { isApi, isOperators } from './paths.ts';
import { createPictureLimit } from './picture-limit.ts';
import type { Sessions } from './sessions.ts';
import { hashOf, type Session } from './session.ts';

/** A token as a request presents it. */
interface Presented {
  token: string;
  by: 'bearer' | 'cookie';
}

export interface VerifiedSession extends Session, Presented {
  tokenHash: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The session of a request whose token this process has verified. */
    session: VerifiedSession | null;
  }
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Makes requests name their caller, counts them, and refuses a Bearer token that is worth nothing. A
 * cookie that is worth nothing is no session: a browser sends it long after its session has ended.
 */
export function authenticate(
  app: FastifyInstance,
  options: { sessions: Sessions; limit: RateLimit; originOf: OriginOf },
): void {
  const { sessions, limit, originOf } = options;

  async function verify(
    tokenHash: string,
    copy: Session | null | undefined,
  ): Promise<Session | undefined> {
    const found = await sessions.get(tokenHash, copy);
    return found && sessions.use(tokenHash, found);
  }

  const pictures = createPictureLimit(limit);
  app.addHook('onSend', (request, reply) => pictures.noteAnswer(request, reply));
  app.decorateRequest('session', null);
  app.addHook('onRequest', async (request, reply) => {
    if (!isApi(request) || request.forwarded || pictures.isFree(request)) return;
    const presented = request.caller || isOperators(request) ? undefined : presentedBy(request);
    const tokenHash = presented && hashOf(presented.token);
    const copy = tokenHash === undefined ? null : await sessions.getCached(tokenHash);
    // Tokens that Redis does not know are counted by address, before MongoDB is asked for them.
    const by = request.caller?.sessionId ?? copy?.sessionId;
    if (pictures.takes(request, by)) return;
    await limit.take(request, reply, by);
    if (!presented) return;
    const session = tokenHash && (await verify(tokenHash, copy));
    if (session) {
      request.session = { ...session, ...presented, tokenHash };
      const { sessionId, userId, kind } = session;
      request.caller = { sessionId, userId, kind, ...originOf(request) };
    } else if (presented.by === 'bearer' && !beginsSession(request)) throw invalidSession();
  });
  app.addHook('onRequest', (request, reply, done) => {
    const wantsToken = request.session?.by === 'cookie' && !SAFE.has(request.method);
    if (wantsToken) app.csrfProtection(request, reply, done);
    else done();
  });
}

function presentedBy(request: FastifyRequest): Presented | undefined {
  const token = bearerOf(request);
  if (token !== undefined) return { token, by: 'bearer' };
  const cookie = cookieOf(request);
  return cookie === undefined ? undefined : { token: cookie, by: 'cookie' };
}

/** Whoever begins a session need not have a good one before. */
function beginsSession({ method, routeOptions }: FastifyRequest): boolean {
  return method === 'POST' && routeOptions.url === '/api/sessions';
}

/** The error of somebody whose token does not count. */
export function invalidSession(): DomainError {
  return new DomainError(
    'unauthenticated',
    'invalid-session',
    'The token is no longer worth anything, or never was; POST /api/sessions gives a new one.',
  );
}
