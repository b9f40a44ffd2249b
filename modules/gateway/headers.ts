/** The headers of requests that are passed on, and of their answers. */
import type { FastifyRequest } from 'fastify';
import { bearerOf, INTERNAL_TOKEN_HEADER, traceOf, type ModuleContext, type Instance } from '#host';

export type Headers = Record<string, string | string[] | undefined>;

/** What concerns one connection alone, and not whoever is at the end of the next. */
const HOP_BY_HOP = [
  'connection',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** The headers for another process: only our internal token says who calls, and no other leaves this one. */
export function outgoing(
  headers: Headers,
  request: FastifyRequest,
  internalTokens: ModuleContext['internalTokens'],
  instance: Instance,
): Headers {
  const { method } = request;
  const sent = without(headers, [...HOP_BY_HOP, INTERNAL_TOKEN_HEADER, 'cookie']);
  if (bearerOf(request) !== undefined) delete sent['authorization'];
  if (method === 'GET' || method === 'HEAD') delete sent['content-length'];
  const forwarded = [headers['x-forwarded-for'], request.socket.remoteAddress];
  const { caller, operator } = request;
  return {
    ...sent,
    ...internalTokens.forward({
      method,
      url: new URL(request.url, instance.url),
      caller,
      operator,
    }),
    'x-forwarded-for': forwarded.filter(Boolean).join(', '),
    'x-forwarded-host': request.host,
    'x-forwarded-proto': request.protocol,
    ...traceOf(request),
  };
}

/** The headers of an answer, without those of the connection that it came by. */
export function incoming(headers: Headers): Headers {
  return without(headers, HOP_BY_HOP);
}

function without(headers: Headers, names: readonly string[]): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}
