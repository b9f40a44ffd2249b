/** Liveness and readiness, for whoever runs the process. */
import { Type } from 'typebox';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Elsewhere } from '../health/elsewhere.ts';
import { HEALTHS } from '../health/facts.ts';
import { Nullable } from './nullable.ts';

export interface HealthOptions {
  modules: readonly string[];
  /** What does not work at the moment, a sentence each. */
  failing: () => Promise<string[]>;
  /** How the modules are that do not run here. */
  elsewhere: () => Promise<Elsewhere[]>;
  /** Aborted when the process is told to stop: then it is not ready any more. */
  stopping: AbortSignal;
}

/** `/healthz` answers as long as the process does; `/readyz` when it can do its work. */
export const health: FastifyPluginAsyncTypebox<HealthOptions> = async (
  app,
  { modules, failing, elsewhere, stopping },
) => {
  const body = Type.Object({
    status: Type.String(),
    modules: Type.Array(Type.String()),
    troubles: Type.Array(Type.String()),
  });

  const readiness = Type.Object({
    ...body.properties,
    status: Type.Enum(['ready', 'degraded', 'not ready']),
    elsewhere: Type.Array(
      Type.Object({
        module: Type.String(),
        health: Type.Enum([...HEALTHS]),
        advice: Nullable(Type.String()),
      }),
      { description: 'The modules of other processes, judged by their heartbeats' },
    ),
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
  const ready = route(
    'Whether the process can work: engines reached, consumers running. What runs elsewhere and has stopped makes it degraded, and stays 200',
    { 200: readiness, 503: readiness },
  );
  app.get('/readyz', ready, async (_request, reply) => {
    const [own, others] = await Promise.all([
      stopping.aborted ? ['The process is stopping'] : failing(),
      elsewhere(),
    ]);
    const stopped = others.filter(({ health: state }) => state === 'stopped');
    const working = stopped.length > 0 ? ('degraded' as const) : ('ready' as const);
    reply.code(own.length === 0 ? 200 : 503);
    return {
      status: own.length === 0 ? working : ('not ready' as const),
      modules: [...modules],
      troubles: [
        ...own,
        ...stopped.map(({ module, advice }) => `${module} has stopped. ${advice ?? ''}`.trim()),
      ],
      elsewhere: others,
    };
  });
};
