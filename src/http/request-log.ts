/** The log of requests: one line each, once it is answered. */
import { LogController, type FastifyReply, type FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** What its log line says besides: the ids of what it made or changed. */
    about: Record<string, unknown> | null;
  }
}

export class RequestLog extends LogController {
  override incomingRequest(): void {
    // Its answer is logged.
  }

  override requestCompleted(
    error: Error | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const { method, url, ip: remoteAddress, about } = request;
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    const line = { method, url, status: reply.statusCode, ms, remoteAddress, ...about };
    if (error) request.log.error({ ...line, err: error }, 'request errored');
    else request.log.info(line, 'request completed');
  }
}
