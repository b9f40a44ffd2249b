/** Operators: their roles, and what a route says of who may call it. */
import { Type, type Static } from 'typebox';
import type { FastifyRequest } from 'fastify';
import { DomainError } from './errors.ts';

/** From the one who only looks to the one who may do all; each may do what those before it may. */
export const ROLES = ['viewer', 'support', 'admin'] as const;

export const Role = Type.Enum(ROLES, {
  description: 'viewer: sees all; support: sells and mends; admin: all',
});
export type Role = (typeof ROLES)[number];

/** Who makes a call under `/api/admin`. */
export const Operator = Type.Object({
  /** The e-mail, or `ADMIN_TOKEN` for whoever has that. */
  name: Type.String({ minLength: 1, maxLength: 320 }),
  role: Role,
});
export type Operator = Static<typeof Operator>;

/** Whoever has the token of the process. */
export const TOKEN_OPERATOR: Operator = { name: 'ADMIN_TOKEN', role: 'admin' };

/** Who may make a call: an operator of this role or a higher one, or `anyone`, as to sign in. */
export type Callers = Role | 'anyone';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Under `/api/admin`: who may make the call; else a viewer where it only reads, and an admin. */
    role?: Callers;
    /** Whether the audit log may hold the body, secrets left out: not where it holds customers' data. */
    auditBody?: boolean;
  }
}

/** Who may make a call of these methods, where the route does not say. */
export function defaultRole(methods: string | readonly string[]): Role {
  return [methods].flat().every((method) => method === 'GET' || method === 'HEAD')
    ? 'viewer'
    : 'admin';
}

/** Whether an operator may make a call that takes this role. */
export function mayCall({ role }: Operator, wanted: Callers): boolean {
  return wanted === 'anyone' || ROLES.indexOf(role) >= ROLES.indexOf(wanted);
}

/**
 * Gives the operator who makes a request.
 *
 * @throws DomainError 401 where nobody is known, 403 where the role does not suffice
 */
export function requireOperator(
  { operator }: Pick<FastifyRequest, 'operator'>,
  wanted: Role = 'viewer',
): Operator {
  if (!operator) {
    throw new DomainError(
      'unauthenticated',
      'not-the-operator',
      'This call wants the header Authorization: Bearer, with the token of an operator or the ADMIN_TOKEN; POST /api/admin/sessions gives the former.',
    );
  }
  if (mayCall(operator, wanted)) return operator;
  const { name, role } = operator;
  throw new DomainError(
    'forbidden',
    'role-too-low',
    `This call takes the role ${wanted}, and ${name} is ${role}: an admin may do it, or change the role.`,
    { role, wanted },
  );
}
