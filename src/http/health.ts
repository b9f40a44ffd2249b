/** Liveness and readiness, for whoever runs the process. */
import { Type } from 'typebox';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';

export interface HealthOptions {
  modules: readonly string[];
  /** What does not work at the moment, a sentence each. */
  failing: () => Promise<string[]>;
  /** Aborted when the process is told to stop: then it is not ready any more. */
  stopping: AbortSignal;
}

/** `/healthz` answers as long as the process does; `/readyz` when it can do its work. */
export const health: FastifyPluginAsyncTypebox<HealthOptions> = async (
  app,
  { modules, failing, stopping },
) => {
  const body = Type.Object({
    status: Type.String(),
    modules: Type.Array(Type.String()),
    troubles: Type.Array(Type.String()),
  });

  const route = <More extends object>(summary: string, more: More) => ({
    logLevel: 'warn' as const,
    schema: { tags: ['host'], summary, response: { 200: body, ...more } },
  });
  app.get('/healthz', route('Whether the process lives', {}), async () => ({
    status: 'ok',
    modules: [...modules],
    troubles: [],
  }));
  const ready = route('Whether the process can work: engines reached, consumers running', {
    503: body,
  });
  app.get('/readyz', ready, async (_request, reply) => {
    const found = stopping.aborted ? ['The process is stopping'] : await failing();
    reply.code(found.length === 0 ? 200 : 503);
    const status = found.length === 0 ? 'ready' : 'not ready';
    return { status, modules: [...modules], troubles: found };
  });
};
