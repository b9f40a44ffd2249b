/** Who calls: the one place that names the user of a request. */
import type { FastifyRequest } from 'fastify';
import { DomainError } from './errors.ts';

const HEADER = 'x-user-id';
const USER_ID = /^[A-Za-z0-9_.:@-]{1,64}$/;

/**
 * The id of the user who makes the request.
 *
 * @throws DomainError 401 when the request names nobody, or names them in a form that no id has.
 */
export function callerOf(request: FastifyRequest): string {
  const userId = request.headers[HEADER];
  if (typeof userId === 'string' && USER_ID.test(userId)) return userId;
  throw new DomainError(
    'unauthenticated',
    'no-caller',
    `Name the caller in the header ${HEADER}: 1 to 64 letters, digits or _ . : @ -`,
  );
}
