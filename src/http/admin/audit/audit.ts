/** Auditing: no call of an operator changes anything unless the audit log says so first. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../errors.ts';
import { requireOperator } from '../../operator.ts';
import type { AuditedEnd, AuditLog } from './log.ts';
import { recordable } from './recordable.ts';

/** What a call has changed. */
export interface Change {
  /** What it was done to, as the operator's pages name it: `products/1000`. */
  target?: string;
  /** The values that were changed, as they were; nothing of a customer but ids. */
  before?: unknown;
  after?: unknown;
}

declare module 'fastify' {
  interface FastifyInstance {
    auditLog: AuditLog;
  }
  interface FastifyRequest {
    /** Writes how the call has ended, once the audit log has that it begins. */
    endAudit: ((end: AuditedEnd) => Promise<void>) | null;
    change: Change | null;
  }
}

/** Where the operator's calls are. */
export const ADMIN_PREFIX = '/api/admin';

/** The longest path that is kept whole, in characters. */
const MAX_PATH = 1000;

/** Audits every call of the scope but those that only read, and those that anyone may make. */
export function useAudit(scope: FastifyInstance, log: AuditLog): void {
  scope.decorate('auditLog', log);
  scope.decorateRequest('endAudit', null);
  scope.decorateRequest('change', null);
  scope.addHook('preHandler', async (request) => {
    const { method, routeOptions } = request;
    const reads = method === 'GET' || method === 'HEAD';
    if (!reads && routeOptions.config.role !== 'anyone') await beginAudit(request);
  });
  // Before the answer goes out: whoever has it finds the entry whole.
  scope.addHook('onSend', async (request, reply, payload) => {
    const { endAudit, change } = request;
    if (!endAudit) return;
    request.endAudit = null;
    const problem = problemOf(reply, payload);
    const outcome = { status: reply.statusCode, ...(problem !== undefined && { problem }) };
    const { target, before, after } = change ?? {};
    try {
      await endAudit({ outcome, target, before: textOf(before), after: textOf(after) });
    } catch (error) {
      // What is done is done: the entry stays, and says that its outcome is not known.
      request.log.error({ err: error }, 'the audit log could not be told how a call has ended');
    }
  });
}

/**
 * Writes into the audit log that a call begins, before it changes anything. The hook does it for all; a
 * call that anyone may make does it itself, once it knows the operator.
 *
 * @throws DomainError 401 where no operator makes the call; 503 where the log cannot be written
 */
export async function beginAudit(request: FastifyRequest): Promise<void> {
  const { name: who, role } = requireOperator(request);
  if (request.audited) return;
  const { method, routeOptions, url, id: requestId } = request;
  const { url: route = '', config, schema } = routeOptions;
  try {
    request.endAudit = await request.server.auditLog.begin({
      who,
      role,
      method,
      route,
      summary: schema?.summary,
      path: url.slice(0, MAX_PATH),
      target: targetOf(url),
      body: config.auditBody === false ? undefined : textOf(request.body),
      requestId,
    });
  } catch (error) {
    request.log.error({ err: error }, 'the audit log cannot be written');
    throw new DomainError(
      'unavailable',
      'audit-unavailable',
      'The audit log cannot be written, so nothing was changed; try again, and look at the log of the process.',
    );
  }
}

/**
 * Says what a call has changed, for the audit log: the values that were changed alone, as they were and as
 * they are. Once a call; the last one counts.
 *
 * @example recordChange(request, { target: `products/${id}`, before: { price: 1 }, after: { price: 2 } });
 */
export function recordChange(request: Pick<FastifyRequest, 'change'>, change: Change): void {
  request.change = change;
}

const textOf = (value: unknown): string | undefined =>
  value === undefined || value === null ? undefined : JSON.stringify(recordable(value));

/** The path below `/api/admin`, decoded where that can be done. */
function targetOf(url: string): string {
  const path = url.split('?')[0]!.slice(ADMIN_PREFIX.length + 1, MAX_PATH);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The kind of problem that an answer is. */
function problemOf(reply: FastifyReply, payload: unknown): string | undefined {
  const type = reply.getHeader('content-type');
  if (typeof payload !== 'string' || !String(type).startsWith('application/problem+json')) return;
  return (JSON.parse(payload) as { type: string }).type.replace('urn:millrace:problem:', '');
}
