/** Problem documents (RFC 9457): how every error leaves the process. */
import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Type, type Static } from 'typebox';
import type {
  FastifyBaseLogger,
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
} from 'fastify';
import { isUnavailable } from '../bus/errors.ts';
import { DomainError, STATUS_OF } from './errors.ts';
import { comesSlowly } from './slow.ts';

/** Seconds after which a client may try again when an engine is away. */
const RETRY_AFTER_S = 2;

export const Problem = Type.Object(
  {
    type: Type.String({ description: 'Names the kind of problem; stable, for programs' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.Optional(Type.String({ description: 'What was wrong and what to do' })),
    retryAfterS: Type.Optional(
      Type.Integer({
        description: 'When to try again, in seconds; as the header Retry-After says',
      }),
    ),
    instance: Type.Optional(Type.String({ description: 'The id of the request, as in the logs' })),
    errors: Type.Optional(
      Type.Array(Type.Object({ path: Type.String(), message: Type.String() }), {
        description: 'The values that did not fit, each by its path',
      }),
    ),
  },
  { $id: 'Problem', additionalProperties: true },
);

interface Validation {
  keyword?: string;
  instancePath?: string;
  message?: string;
  params?: Record<string, unknown>;
}

/** Makes every error of the application a problem document. */
export function useProblems(app: FastifyInstance): void {
  app.addSchema(Problem);
  app.setNotFoundHandler((request, reply) => {
    send(reply, request, {
      status: 404,
      type: 'not-found',
      detail: `Nothing answers ${request.method} ${request.url.split('?')[0]}; /docs shows what does.`,
    });
  });
  app.setErrorHandler<FastifyError>(answerError);
}

/** Answers an error; also for those that come before there is a route to handle them. */
export function answerError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const problem = describe(error);
  if (request.raw.socket.destroyed) request.log.debug({ err: error }, 'the client went away');
  else if (problem.status >= 500) request.log.error({ err: error }, 'the request failed');
  else request.log.debug({ err: error }, 'the request was refused');
  const { status } = problem;
  const retryAfterS = problem.retryAfterS ?? (status === 503 ? RETRY_AFTER_S : undefined);
  // An EventSource asks for nothing else, and asks again only after a stream that has ended.
  if (status === 503 && request.headers.accept === 'text/event-stream') {
    reply.code(200).headers({ 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    reply.send(`retry: ${RETRY_AFTER_S * 1000}\n\n`);
    return;
  }
  if (retryAfterS !== undefined) reply.header('retry-after', retryAfterS);
  send(reply, request, problem);
}

/** What a client has sent that is no request, by the codes of Node.js. Anything else is malformed. */
const CLIENT_ERRORS: Readonly<Record<string, Described>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    type: 'request-timeout',
    detail: 'The request took too long to come.',
  },
  HPE_HEADER_OVERFLOW: {
    status: 431,
    type: 'headers-too-large',
    detail: 'The headers of the request are too large.',
  },
};
const MALFORMED = { status: 400, type: 'malformed-request', detail: 'That is no HTTP request.' };

/** Answers what could not be read as a request: there is nothing but the connection. */
export function answerClientError(
  error: Error & { code?: string },
  socket: Socket & { _httpMessage?: ServerResponse | null },
  log: FastifyBaseLogger,
): void {
  // Node.js says so once, and reads on where nobody ends it.
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && comesSlowly(socket)) return;
  log.debug({ err: error }, 'what a client has sent is no request');
  const { status, type, detail } = CLIENT_ERRORS[error.code ?? ''] ?? MALFORMED;
  // An answer that has begun cannot become another, as Node.js itself judges it.
  if (socket.writable && error.code !== 'ECONNRESET' && !socket._httpMessage?.headersSent) {
    const title = STATUS_CODES[status] ?? 'Error';
    const body = JSON.stringify({ type: `urn:millrace:problem:${type}`, title, status, detail });
    const head = [
      `HTTP/1.1 ${status} ${title}`,
      'content-type: application/problem+json',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  }
  socket.destroySoon();
}

type Described = Partial<Static<typeof Problem>> & { status: number; type: string };

function describe(error: FastifyError): Described {
  const errors = error.validation && misfitsOf(error);
  if (error instanceof DomainError) {
    return {
      ...error.details,
      status: STATUS_OF[error.kind],
      type: error.slug,
      detail: error.message,
      // A route may say in words of its own what did not fit.
      ...(errors && { errors }),
    };
  }
  if (errors) {
    const [first] = errors;
    return {
      status: 400,
      type: 'invalid-request',
      detail: `${first?.path}: ${first?.message}`,
      errors,
    };
  }
  if (isUnavailable(error)) {
    return {
      status: 503,
      type: 'unavailable',
      detail: 'A store cannot serve this at the moment; try again.',
    };
  }
  const status = error.statusCode ?? 500;
  // Only errors that Fastify itself made for the client say what may be told.
  if (status < 500 && error.code?.startsWith('FST_')) {
    return { status, type: error.code.toLowerCase().replaceAll('_', '-'), detail: error.message };
  }
  return {
    status: status < 500 ? status : 500,
    type: 'internal-error',
    detail: 'The server failed; its log says why.',
  };
}

/** The values that did not fit, each by its path. */
function misfitsOf({ validation = [], validationContext }: FastifyError) {
  const part = validationContext ?? 'request';
  const all = validation as Validation[];
  // Where a property is unknown, the validator complains of its schema `false` besides.
  const named = all.filter(({ keyword }) => keyword === 'additionalProperties');
  return (named.length > 0 ? named : all).map((one) => ({
    path: `${part}${one.instancePath ?? ''}${extraProperty(one)}`,
    message: one.message ?? 'does not fit',
  }));
}

/** Names the property that a schema does not know, which the instance path leaves out. */
function extraProperty({ params }: Validation): string {
  const extra = params?.['additionalProperties'];
  return Array.isArray(extra) ? `/${extra.join(',')}` : '';
}

function send(
  reply: FastifyReply,
  request: FastifyRequest,
  { status, type, ...rest }: Described,
): void {
  reply
    .code(status)
    .type('application/problem+json')
    .serializer((body: unknown) => JSON.stringify(body))
    .send({
      type: `urn:millrace:problem:${type}`,
      title: STATUS_CODES[status] ?? 'Error',
      status,
      ...rest,
      instance: `urn:millrace:request:${request.id}`,
    });
}
