/** Who makes a call under `/api/admin`, by the token of an operator's session. */
import type { FastifyInstance } from 'fastify';
import { bearerOf, DomainError } from '#host';
import { isOperators } from '../paths.ts';
import { operatorTokens } from './operator.ts';
import type { Operators, OperatorSession } from './operators.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The session of an operator whose token this process has verified; the ADMIN_TOKEN has none. */
    operatorSession: OperatorSession | null;
  }
}

/** What somebody may do whose password an admin has seen. */
const WITH_TEMPORARY = new Set([
  '/api/admin/me',
  '/api/admin/me/password',
  '/api/admin/sessions',
  '/api/admin/sessions/current',
]);

/** Makes the operator's calls name the operator. */
export function authenticateOperators(app: FastifyInstance, operators: Operators): void {
  app.decorateRequest('operatorSession', null);
  app.addHook('onRequest', async (request) => {
    if (!isOperators(request) || request.forwarded || request.operator) return;
    const token = bearerOf(request);
    const tokenHash = token === undefined ? undefined : operatorTokens.hashOf(token);
    const session = tokenHash && (await operators.use(tokenHash));
    if (!session) return;
    request.operatorSession = session;
    request.operator = session.operator;
    if (!session.isTemporary || WITH_TEMPORARY.has(request.routeOptions.url ?? '')) return;
    throw new DomainError(
      'forbidden',
      'temporary-password',
      'An admin knows this password: set one of your own first, by POST /api/admin/me/password.',
    );
  });
}
