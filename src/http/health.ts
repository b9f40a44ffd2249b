/** Liveness and readiness, for whoever runs the process. */
import { Type } from 'typebox';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';

export interface HealthOptions {
  modules: readonly string[];
  /** What does not work at the moment, a sentence each. */
  troubles: () => Promise<string[]>;
  /** Aborted when the process is told to stop: then it is not ready any more. */
  stopping: AbortSignal;
}

/** `/healthz` answers as long as the process does; `/readyz` when it can do its work. */
export const health: FastifyPluginAsyncTypebox<HealthOptions> = async (
  app,
  { modules, troubles, stopping },
) => {
  const body = Type.Object({
    status: Type.String(),
    modules: Type.Array(Type.String()),
    troubles: Type.Array(Type.String()),
  });

  app.get(
    '/healthz',
    {
      logLevel: 'warn',
      schema: {
        tags: ['host'],
        summary: 'Whether the process lives',
        response: { 200: body },
      },
    },
    async () => ({ status: 'ok', modules: [...modules], troubles: [] }),
  );

  app.get(
    '/readyz',
    {
      logLevel: 'warn',
      schema: {
        tags: ['host'],
        summary: 'Whether the process can work: engines reached, consumers running',
        response: { 200: body, 503: body },
      },
    },
    async (_request, reply) => {
      const found = stopping.aborted ? ['The process is stopping'] : await troubles();
      reply.code(found.length === 0 ? 200 : 503);
      return {
        status: found.length === 0 ? 'ready' : 'not ready',
        modules: [...modules],
        troubles: found,
      };
    },
  );
};
