/** The operator's calls: who may make them, the state of the streams, and rebuilding read models. */
import { Type, type Static } from 'typebox';
import type { FastifyInstance } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Bus } from '../../bus/index.ts';
import { GroupSnapshot, StreamSnapshot } from '../../health/snapshot.ts';
import type { App, LoadedModule } from '../../module/module.ts';
import type { Rebuild } from '../../read-model/rebuild.ts';
import { RebuildState } from '../../read-model/state.ts';
import { defaultRole, requireOperator } from '../operator.ts';
import { ADMIN_PREFIX, recordChange, useAudit } from './audit/audit.ts';
import type { AuditLog } from './audit/log.ts';
import { auditRoutes } from './audit/routes.ts';
import { deadLetterRoutes } from './dead-letters/routes.ts';
import { metricsRoutes, type MetricsOptions } from './metrics.ts';
import { entryRoutes } from './entries.ts';
import { groupOffsetRoutes } from './group-offset.ts';
import { groupRoutes } from './groups.ts';
import { personalDataRoutes } from './personal-data.ts';
import { liveRoutes, type LiveOptions } from './live.ts';
import type { RemoteProcesses } from './remote-replay.ts';

const StreamResponse = Type.Object({
  ...StreamSnapshot.properties,
  groups: Type.Array(
    Type.Object({
      ...GroupSnapshot.properties,
      here: Type.Boolean({ description: 'Whether this process reads it' }),
    }),
  ),
});
export type StreamResponse = Static<typeof StreamResponse>;

export interface AdminOptions extends RemoteProcesses, LiveOptions, MetricsOptions {
  bus: Bus;
  /** Whose own calls for the operator are added. */
  modules: readonly LoadedModule[];
  /** The read models that can be rebuilt. */
  rebuilds: readonly Rebuild[];
  auditLog: AuditLog;
}

/** Adds the operator's calls under `/api/admin`. */
export async function serveAdmin(app: FastifyInstance, options: AdminOptions): Promise<void> {
  await app.register(
    async (scope) => {
      scope.addHook('onRoute', (route) => {
        const { role = defaultRole(route.method) } = route.config ?? {};
        route.config = { ...route.config, role };
        const security = role === 'anyone' ? [] : [{ operator: [] }];
        const said = { tags: ['operator'], security, 'x-role': role };
        route.schema = { ...said, ...route.schema };
      });
      scope.addHook('onRequest', async (request) => {
        const { role = 'admin' } = request.routeOptions.config;
        if (role !== 'anyone') requireOperator(request, role);
      });
      useAudit(scope, options.auditLog);
      const routes = scope.withTypeProvider<TypeBoxTypeProvider>();
      routes.get(
        '/streams',
        {
          schema: {
            summary: 'The streams and groups, of all processes',
            response: { 200: Type.Object({ items: Type.Array(StreamResponse) }) },
          },
        },
        async () => ({
          items: (await options.snapshot()).streams.map((stream) => placed(options, stream)),
        }),
      );
      liveRoutes(routes, options);
      metricsRoutes(routes, options);
      deadLetterRoutes(routes, options);
      entryRoutes(routes, options);
      groupRoutes(routes, options);
      groupOffsetRoutes(routes, options);
      rebuildRoutes(routes, options.rebuilds);
      auditRoutes(routes, options.auditLog);
      for (const one of options.modules) {
        personalDataRoutes(routes, one);
        await one.instance.adminRoutes?.(routes);
      }
    },
    { prefix: ADMIN_PREFIX },
  );
}

/** Says of a group whether this process reads it. */
function placed({ bus }: AdminOptions, { groups, ...stream }: StreamSnapshot): StreamResponse {
  const isHere = (group: string): boolean =>
    bus.subscriptions.some((one) => one.stream === stream.stream && one.group === group);
  return {
    ...stream,
    groups: groups.map((group) => ({ ...group, here: isHere(group.group) })),
  };
}

/** Adds `/<module>/rebuild` for every module of the process that has a read model. */
function rebuildRoutes(app: App, rebuilds: readonly Rebuild[]): void {
  for (const rebuild of rebuilds) {
    const { module } = rebuild;
    const url = `/${module}/rebuild`;
    const begins = `Rebuilds what ${module} shows, by events; begins nothing new while that is under way`;
    app.post(
      url,
      { schema: { summary: begins, response: { 202: RebuildState } } },
      async (request, reply) => {
        const before = await rebuild.state();
        const after = await rebuild.begin();
        recordChange(request, { target: `rebuild/${module}`, before, after });
        return reply.code(202).send(after);
      },
    );
    const response = { 200: RebuildState };
    const shows = `How far the rebuilding of ${module} is, and how the last one ended`;
    app.get(url, { schema: { summary: shows, response } }, () => rebuild.state());
    const givesUp = `Gives up the rebuilding of ${module}; what is shown stays`;
    app.delete(url, { schema: { summary: givesUp, response } }, async (request) => {
      const before = await rebuild.state();
      const after = await rebuild.abandon();
      recordChange(request, { target: `rebuild/${module}`, before, after });
      return after;
    });
  }
}
