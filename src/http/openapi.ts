/** The OpenAPI document of a process: what its routes say of themselves, and what is true of all. */
import { STATUS_CODES } from 'node:http';
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import type { Module } from '../module/module.ts';
import { mayBeLeftOut } from './validation.ts';

const METHODS = new Set(['get', 'put', 'post', 'delete', 'patch']);

const DESCRIPTION = `An event-driven commerce backend. Errors are problem documents (RFC 9457).

A call that wants a session takes its token as \`Authorization: Bearer\`, or by the cookie that
\`POST /api/sessions\` sets; with the cookie, what changes something wants a CSRF token besides.`;

const securitySchemes = {
  session: {
    type: 'http',
    scheme: 'bearer',
    description: 'The token of a session, which POST /api/sessions gives',
  },
  sessionCookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'millrace_session',
    description: 'The cookie of a session, for browsers',
  },
  csrfToken: {
    type: 'apiKey',
    in: 'header',
    name: 'x-csrf-token',
    description: 'The csrfToken that the session came with, or GET /api/sessions/current gives',
  },
  operator: {
    type: 'http',
    scheme: 'bearer',
    description:
      'The token of an operator, which POST /api/admin/sessions gives, or the ADMIN_TOKEN',
  },
} as const;

/** Describes the routes that are added from here on. */
export async function describeApi(
  app: FastifyInstance,
  { modules, version }: { modules: readonly Module[]; version: string },
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Millrace',
        version,
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'Where this document comes from' }],
      components: { securitySchemes },
      tags: [
        { name: 'host', description: 'How the process is' },
        { name: 'operator', description: 'What the operator may do and see' },
        ...modules
          .filter(({ provides = [] }) => provides.includes('routes'))
          .map(({ name, description = `The module ${name}` }) => ({ name, description })),
      ],
    },
    refResolver: {
      buildLocalReference: (json, _baseUri, _fragment, i) =>
        typeof json['$id'] === 'string' ? json['$id'] : `def-${i}`,
    },
    transformObject(document) {
      if (!('openapiObject' in document)) return document.swaggerObject;
      const { openapiObject } = document;
      const used = { schemes: new Set<string>(), problems: new Set<number>() };
      for (const [path, methods] of Object.entries(openapiObject.paths ?? {})) {
        for (const [method, operation] of Object.entries(methods ?? {}))
          if (METHODS.has(method)) complete(operation as Operation, { method, path, used });
      }
      openapiObject.components = {
        ...openapiObject.components,
        securitySchemes: pick(securitySchemes, used.schemes),
        responses: Object.fromEntries(
          [...used.problems].map((status) => [titleOf(status), problemOf(status)]),
        ),
      };
      return openapiObject;
    },
  });
}

interface Operation {
  operationId?: string;
  security?: Record<string, string[]>[];
  requestBody?: { required?: boolean; content: Record<string, { schema?: object }> };
  responses: Record<string, { description: string } | { $ref: string }>;
}

interface Place {
  method: string;
  path: string;
  used: { schemes: Set<string>; problems: Set<number> };
}

/** Adds to an operation what follows from its method, its path and its schemas. */
function complete(operation: Operation, { method, path, used }: Place): void {
  operation.operationId ??= nameOf(method, path);
  operation.security = (operation.security ?? []).map((way) =>
    'sessionCookie' in way && method !== 'get' ? { ...way, csrfToken: [] } : way,
  );
  for (const way of operation.security)
    for (const scheme of Object.keys(way)) used.schemes.add(scheme);

  const { requestBody, responses } = operation;
  const schema = requestBody?.content['application/json']?.schema;
  if (requestBody && schema) requestBody.required = !mayBeLeftOut(schema);

  for (const [status, response] of Object.entries(responses))
    if ('description' in response && response.description === 'Default Response')
      response.description = STATUS_CODES[status] ?? 'The answer';
  for (const status of problemsOf(operation, method, path)) {
    if (responses[status]) continue;
    responses[status] = { $ref: `#/components/responses/${titleOf(status)}` };
    used.problems.add(status);
  }
}

/** The statuses of the problems that an operation may answer with. */
function problemsOf({ security = [], requestBody }: Operation, method: string, path: string) {
  const api = path.startsWith('/api/');
  const changes = method !== 'get';
  return [
    400,
    // A token that is worth nothing is refused wherever it is sent.
    ...(api ? [401, 429] : []),
    ...(security.some((way) => 'csrfToken' in way || 'operator' in way) ? [403] : []),
    ...(path.includes('{') ? [404] : []),
    ...(api && changes ? [409, 422] : []),
    ...(changes ? [413] : []),
    ...(requestBody ? [415] : []),
    500,
    503,
  ];
}

const titleOf = (status: number): string => (STATUS_CODES[status] ?? '').replaceAll(/\W/g, '');

/** A problem as the documents know it, by its status. */
function problemOf(status: number) {
  const description = 'Seconds after which to try again';
  const headers = { 'Retry-After': { description, schema: { type: 'integer' as const } } };
  return {
    description: STATUS_CODES[status] ?? 'Error',
    ...((status === 429 || status === 503) && { headers }),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}

function pick<T extends object>(all: T, names: ReadonlySet<string>): Partial<T> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.has(name))) as Partial<T>;
}

/** `POST /api/orders/{orderId}/cancel` is `postOrdersByOrderIdCancel`. */
function nameOf(method: string, path: string): string {
  const words =
    path
      .replace(/^\/api\//, '/')
      .replaceAll('/{', '/by-')
      .match(/[A-Za-z0-9]+/g) ?? [];
  return method + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
}
