/** What a request is for, by the route that it was given to, which no way of writing a path gets around. */
import type { FastifyRequest } from 'fastify';

/** The gateway's route for all under `/api` that no module of this process serves. */
export const REMOTE_ROUTE = '/api/*';

/** What pictures by their content lie under, below `/api`. */
const PICTURES = 'pictures/';

export function isApi({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.url?.startsWith('/api/') ?? false;
}

/** Whether it is a call of an operator, whose token is none of the shop's sessions. */
export function isOperators(request: FastifyRequest): boolean {
  const { url } = request.routeOptions;
  if (url === REMOTE_ROUTE) return remotePath(request).startsWith('admin/');
  return url?.startsWith('/api/admin/') ?? false;
}

/**
 * The path under `/api` of a request for a picture by its content, as whoever serves it reads it; undefined
 * for all others.
 */
export function picturePath(request: FastifyRequest): string | undefined {
  const { method, params, routeOptions } = request;
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const path =
    routeOptions.url === REMOTE_ROUTE
      ? remotePath(request)
      : routeOptions.url?.startsWith(`/api/${PICTURES}`)
        ? PICTURES + Object.values(params as Record<string, string>).join('/')
        : undefined;
  return path?.startsWith(PICTURES) ? path : undefined;
}

/** The path under `/api` of a request for something that is served elsewhere. */
export function remotePath({ params }: FastifyRequest): string {
  return (params as { '*'?: string })['*'] ?? '';
}

/** What such a path is found by: its first segment, or `admin/` and the second. */
export function servedPath(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'admin' ? `admin/${second}` : first;
}
