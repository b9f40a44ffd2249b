/** Which processes can answer a request that this one does not serve, and in which order to ask. */
import type { Instance } from '#host';

/** Methods that may be carried out twice without doing more than once. */
const REPEATABLE = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']);

/** Failures of a connection that was never made: nothing of the request has arrived anywhere. */
const UNREACHED = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The processes that serve a path, beginning with the one whose turn it is. */
export function upstreams(others: readonly Instance[], path: string, turn: number): Instance[] {
  const serving = others.filter(({ paths }) => paths.includes(path));
  const first = serving.length === 0 ? 0 : turn % serving.length;
  return [...serving.slice(first), ...serving.slice(0, first)];
}

/** Whether another process may be asked after one has failed in this way. */
export function mayAskAnother(method: string, failure: { code?: unknown } | undefined): boolean {
  return UNREACHED.has(String(failure?.code)) || REPEATABLE.has(method);
}

/**
 * Whether an answer only says that its process is stopping, as Fastify then does for all requests:
 * nothing was carried out. What a module says itself is a problem document.
 */
export function isClosing(status: number, headers: { 'content-type'?: unknown }): boolean {
  return status === 503 && headers['content-type'] === 'application/json';
}
