/** The proxy to modules that run in other processes: requests go there as they came, and answers come back. */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import replyFrom from '@fastify/reply-from';
import { errorCodes, type FastifyReply, type FastifyRequest } from 'fastify';
import {
  DomainError,
  mayComeSlowly,
  requireOperator,
  type ModuleContext,
  type Instance,
  type Routes,
} from '#host';
import { upstreams, isClosing, mayAskAnother } from './upstreams.ts';
import { incoming, outgoing, type Headers } from './headers.ts';
import { isOperators, remotePath, servedPath } from './paths.ts';

/** How long a connection to another process may take, and its answer to begin, in ms. */
const CONNECT_MS = 2000;
const ANSWER_MS = 35_000;

const TooLarge = errorCodes.FST_ERR_CTP_BODY_TOO_LARGE;

const CLIMBS = /(^|[\\/])\.\./;

export interface ProxyOptions extends Pick<ModuleContext, 'registry' | 'internalTokens'> {
  /** The largest body of a request whose path nobody serves at the moment, in bytes. */
  bodyLimitBytes: number;
}

/** Serves all paths under `/api` that no module of this process does. */
export const proxyRoutes =
  (options: ProxyOptions): Routes =>
  async (app) => {
    await app.register(async (scope) => {
      await scope.register(replyFrom, {
        undici: {
          // A stream of events takes a connection as long as somebody looks at it, and may be silent.
          connections: null,
          bodyTimeout: 0,
          headersTimeout: ANSWER_MS,
          // The plugin would accept any certificate.
          connect: { timeout: CONNECT_MS, rejectUnauthorized: true },
        },
        destroyAgent: true,
        disableRequestLogging: true,
      });
      // A signature over a body counts for its bytes: they are not read, only carried.
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) =>
        read(payload, await bodyLimit(request, options)),
      );
      // Files, which may be larger than memory: whoever serves the path judges them, and nobody else is asked.
      scope.addContentTypeParser('multipart/form-data', (_request, payload, done) =>
        done(null, payload),
      );
      const find = finder(options.registry);
      scope.route({
        method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
        url: '/*',
        exposeHeadRoute: false,
        schema: { hide: true },
        async handler(request, reply) {
          const path = remotePath(request);
          // What was forwarded already must not go round in circles, nor lead out of /api.
          if (request.forwarded || CLIMBS.test(path)) return reply.callNotFound();
          const found = await find(servedPath(path));
          if (!found) return reply.callNotFound();
          if (isOperators(request)) requireOperator(request);
          if (request.body instanceof Readable) {
            if (isOperators(request)) mayComeSlowly(request);
            found.length = 1;
          }
          return ask(found, request, reply, options.internalTokens);
        },
      });
    });
  };

/** Finds the processes to ask for a path, each in its turn; undefined where nobody serves it. */
function finder(registry: ProxyOptions['registry']) {
  const turns = new Map<string, number>();
  return async (path: string): Promise<Instance[] | undefined> => {
    const { instances, paths, own, incomplete } = await registry.list();
    const turn = turns.get(path) ?? 0;
    const found = upstreams(instances, path, turn);
    if (found.length > 0) turns.set(path, turn + 1);
    else if (own.has(path) || !(paths.has(path) || incomplete)) return undefined;
    return found;
  };
}

/** How much of a body the processes read that serve the path; they judge it by their routes. In bytes. */
async function bodyLimit(request: FastifyRequest, { registry, bodyLimitBytes }: ProxyOptions) {
  const path = servedPath(remotePath(request));
  const { instances } = await registry.list();
  const limits = instances.map((instance) => instance.bodyLimits[path] ?? 0);
  return Math.max(0, ...limits) || bodyLimitBytes;
}

/** The whole body: another process may have to be asked, too. */
async function read(payload: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  if (Number(payload.headers['content-length']) > limit) throw new TooLarge();
  let length = 0;
  // The connection is still needed for the answer.
  for await (const chunk of payload.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > limit) throw new TooLarge();
  }
  return Buffer.concat(chunks);
}

/** Asks the first of the processes, and the next where that does no harm. */
function ask(
  [instance, ...rest]: readonly Instance[],
  request: FastifyRequest,
  reply: FastifyReply,
  internalTokens: ProxyOptions['internalTokens'],
): FastifyReply {
  if (!instance) return reply.send(nobodyAnswers());
  const again = (): void => void ask(rest, request, reply, internalTokens);
  const { body } = request;
  const contentType = request.headers['content-type'] ?? 'application/octet-stream';
  return reply.from(undefined, {
    // The plugin takes a stream from the request itself.
    ...(Buffer.isBuffer(body) && { body, contentType }),
    getUpstream: () => instance.url,
    retryDelay: () => null,
    rewriteRequestHeaders: (_request, headers) =>
      outgoing(headers, request, internalTokens, instance),
    rewriteHeaders: (headers) => incoming(headers),
    onResponse(_request, _reply, answer) {
      const { statusCode, headers, stream } = answer as unknown as UpstreamAnswer;
      if (!isClosing(statusCode, headers)) return void reply.send(stream);
      stream.destroy();
      for (const name of Object.keys(headers)) reply.removeHeader(name);
      return again();
    },
    onError(_reply, { error }) {
      if (mayAskAnother(request.method, error.cause as { code?: unknown })) return again();
      return void reply.send(nobodyAnswers());
    },
  });
}

interface UpstreamAnswer {
  statusCode: number;
  headers: Headers;
  stream: Readable;
}

function nobodyAnswers(): DomainError {
  return new DomainError(
    'unavailable',
    'no-process-answers',
    'The part of the shop that serves this is away at the moment; try again.',
  );
}
