/** The calls on operators and their sessions. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { beginAudit, DomainError, recordChange, requireOperator, type Routes } from '#host';
import type { OriginOf } from '../fingerprint.ts';
import { checkOwn, type OperatorChange, type OperatorDocument } from './operator.ts';
import type { Operators, OperatorSession } from './operators.ts';
import {
  changePasswordSchema,
  changeSchema,
  inviteSchema,
  listSchema,
  meSchema,
  resetPasswordSchema,
  signInSchema,
  signOutSchema,
  type Me,
  type OperatorResponse,
} from './schemas.ts';
import type { OperatorStore } from './store.ts';

export interface OperatorRoutesOptions {
  operators: Operators;
  store: OperatorStore;
  originOf: OriginOf;
}

const targetOf = (operatorId: string): string => `operators/${operatorId}`;
const unseen = (reply: FastifyReply) => reply.header('cache-control', 'no-store');

/** Adds signing in and out, who is signed in, and the own password. */
export const operatorSessionRoutes =
  ({ operators, store, originOf }: OperatorRoutesOptions): Routes =>
  (app) => {
    app.post('/sessions', signInSchema, async (request, reply) => {
      const operator = await operators.check(request.body, originOf(request).address);
      const { _id: operatorId, email: name, role, temporaryUntil } = operator;
      request.operator = { name, role };
      await beginAudit(request);
      recordChange(request, { target: targetOf(operatorId), after: { signedIn: true } });
      const { token, expiresAt } = await operators.begin(operator);
      const isTemporary = temporaryUntil !== undefined;
      const me = { name, role, operatorId, isTemporary, expiresAt: expiresAt.toISOString() };
      return unseen(reply)
        .code(201)
        .send({ token, ...me });
    });

    app.delete('/sessions/current', signOutSchema, async (request, reply) => {
      const { tokenHash, operatorId } = ownSession(request);
      await store.end(tokenHash);
      recordChange(request, { target: targetOf(operatorId), after: { signedIn: false } });
      return reply.code(204).send(null);
    });

    app.get('/me', meSchema, async (request, reply) => {
      unseen(reply);
      return meOf(request);
    });

    app.post('/me/password', changePasswordSchema, async (request, reply) => {
      const session = ownSession(request);
      await operators.changePassword(session, request.body, originOf(request).address);
      const { operatorId, isTemporary } = session;
      recordChange(request, {
        target: targetOf(operatorId),
        before: { isTemporary },
        after: { isTemporary: false },
      });
      return reply.code(204).send(null);
    });
  };

/** Adds the list of operators, inviting and changing them, and giving one another password. */
export const operatorRoutes =
  ({ operators, store }: OperatorRoutesOptions): Routes =>
  (app) => {
    app.get('/operators', listSchema, async (_request, reply) => {
      const found = await store.list();
      return unseen(reply).send({ items: found.map(present) });
    });

    app.post('/operators', inviteSchema, async (request, reply) => {
      const { operator, temporary } = await operators.invite(request.body);
      const { _id: operatorId, email, name, role } = operator;
      const after = { operator: email, name, role };
      recordChange(request, { target: targetOf(operatorId), after });
      const { password: temporaryPassword, until } = temporary;
      const handed = { temporaryPassword, validUntil: until.toISOString() };
      return unseen(reply)
        .code(201)
        .send({ ...present(operator), ...handed });
    });

    app.patch('/operators/:operatorId', changeSchema, async (request, reply) => {
      const { operatorId } = request.params;
      const change: OperatorChange = request.body;
      checkOwn(change, request.operatorSession?.operatorId === operatorId);
      const before = await store.change(operatorId, change);
      const after = before && (await store.find(operatorId));
      if (!after) throw unknownOperator();
      const [was, is] = [present(before), present(after)];
      const changed = (one: OperatorResponse) => ({
        operator: one.email,
        ...(change.name !== undefined && { name: one.name }),
        ...(change.role !== undefined && { role: one.role }),
        ...(change.disabled !== undefined && { disabled: one.disabled }),
      });
      recordChange(request, {
        target: targetOf(operatorId),
        before: changed(was),
        after: changed(is),
      });
      return unseen(reply).send(is);
    });

    app.post('/operators/:operatorId/password', resetPasswordSchema, async (request, reply) => {
      const { operatorId } = request.params;
      const temporary = await operators.resetPassword(operatorId);
      if (!temporary) throw unknownOperator();
      recordChange(request, { target: targetOf(operatorId), after: { isTemporary: true } });
      const { password: temporaryPassword, until } = temporary;
      return unseen(reply).send({ temporaryPassword, validUntil: until.toISOString() });
    });
  };

function meOf(request: FastifyRequest): Me {
  const { operatorId = null, isTemporary = false, expiresAt } = request.operatorSession ?? {};
  const { name, role } = requireOperator(request);
  return { name, role, operatorId, isTemporary, expiresAt: expiresAt?.toISOString() ?? null };
}

function ownSession({ operatorSession }: FastifyRequest): OperatorSession {
  if (operatorSession) return operatorSession;
  throw new DomainError(
    'conflict',
    'no-operator-session',
    'The ADMIN_TOKEN has no session and no password: it is a setting of the process.',
  );
}

function unknownOperator(): DomainError {
  return new DomainError('not-found', 'unknown-operator', 'There is no operator with this id.');
}

function present(operator: OperatorDocument): OperatorResponse {
  const { _id: operatorId, email, name, role, disabledAt, temporaryUntil } = operator;
  return {
    operatorId,
    email,
    name,
    role,
    disabled: disabledAt !== undefined,
    isTemporary: temporaryUntil !== undefined,
    createdAt: operator.createdAt.toISOString(),
    signedInAt: operator.signedInAt?.toISOString() ?? null,
  };
}
