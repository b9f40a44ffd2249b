/** The operator's calls: who may make them, and the state of the streams. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Type } from 'typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { isStale, type Bus } from '../bus/index.ts';
import type { Module, ModuleContext } from '../module.ts';
import type { Peers } from '../peers.ts';
import type { Rebuild } from '../read-model/rebuild.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import { DomainError } from './errors.ts';
import { problemResponses } from './problems.ts';
import { rebuildRoutes } from './rebuild.ts';

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) =>
  Type.Union([type, Type.Null()]);

const StreamResponse = Type.Object({
  stream: Type.String(),
  length: Type.Integer(),
  groups: Type.Array(
    Type.Object({
      group: Type.String(),
      consumers: Type.Integer(),
      lag: Nullable(Type.Integer({ description: 'Entries that the group has not been given yet' })),
      pending: Type.Integer({ description: 'Entries given out and not acknowledged' }),
      oldestUnacknowledgedMs: Nullable(Type.Integer({ description: 'Its age, in ms' })),
      deadLetters: Type.Integer(),
      stale: Type.Boolean({
        description: 'Nobody has read it for long; it keeps the stream from being trimmed',
      }),
      here: Type.Boolean({ description: 'Whether this process reads it' }),
    }),
  ),
});

export interface AdminOptions {
  bus: Bus;
  /** The other processes, of which one may read a group that is not read here. */
  peers: Pick<Peers, 'look'>;
  token: string;
  staleGroupMs: number;
  /** Whose own calls for the operator are added. */
  modules: readonly { module: Module; context: ModuleContext }[];
  /** The read models that can be rebuilt. */
  rebuilds: readonly Rebuild[];
}

/** Adds the operator's calls under `/api/admin`, which want `Authorization: Bearer <token>`. */
export async function serveAdmin(app: FastifyInstance, options: AdminOptions): Promise<void> {
  await app.register(
    async (scope) => {
      scope.addHook('onRequest', async (request) => authorize(request, options.token));
      scope.addHook('onRoute', (route) => {
        route.schema = { tags: ['operator'], security: [{ operator: [] }], ...route.schema };
      });
      const routes = scope.withTypeProvider<TypeBoxTypeProvider>();
      routes.get(
        '/streams',
        {
          schema: {
            summary: 'The streams and groups, of all processes',
            response: {
              200: Type.Object({ items: Type.Array(StreamResponse) }),
              ...problemResponses,
            },
          },
        },
        async () => ({
          items: await Promise.all(
            options.bus.allStreams().map((stream) => describe(options, stream)),
          ),
        }),
      );
      deadLetterRoutes(routes, options);
      rebuildRoutes(routes, options.rebuilds);
      for (const { module, context } of options.modules)
        await module.adminRoutes?.(routes, context);
    },
    { prefix: '/api/admin' },
  );
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Digests are compared, since they are equally long whatever was sent. */
function authorize(request: FastifyRequest, token: string): void {
  const given = request.headers.authorization ?? '';
  if (timingSafeEqual(digest(given), digest(`Bearer ${token}`))) return;
  throw new DomainError(
    'unauthenticated',
    'not-the-operator',
    'This call wants the header Authorization: Bearer, with the ADMIN_TOKEN.',
  );
}

async function describe({ bus, staleGroupMs }: AdminOptions, stream: string) {
  const state = await bus.inspect(stream);
  const groups = (state?.groups ?? []).map(async (group) => ({
    group: group.group,
    consumers: group.consumers,
    lag: group.lag,
    pending: group.pending,
    oldestUnacknowledgedMs:
      group.oldestUnacknowledgedAt === null
        ? null
        : Math.max(0, Date.now() - group.oldestUnacknowledgedAt),
    deadLetters: await bus.deadLetters(stream, group.group).count(),
    stale: isStale(group, staleGroupMs),
    here: bus.subscriptions.some((one) => one.stream === stream && one.group === group.group),
  }));
  return { stream, length: state?.length ?? 0, groups: await Promise.all(groups) };
}
