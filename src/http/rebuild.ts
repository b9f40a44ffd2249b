/** The operator's calls on the rebuilding of read models: begin, look, give up. */
import type { Routes } from '../module.ts';
import type { Rebuild } from '../read-model/rebuild.ts';
import { RebuildState } from '../read-model/state.ts';

/** Adds `/<module>/rebuild` for every module of the process that has a read model. */
export function rebuildRoutes(app: Parameters<Routes>[0], rebuilds: readonly Rebuild[]): void {
  for (const rebuild of rebuilds) {
    const { module } = rebuild;
    const url = `/${module}/rebuild`;
    app.post(
      url,
      {
        schema: {
          summary: `Rebuilds what ${module} shows, by events; begins nothing new while that is under way`,
          response: { 202: RebuildState },
        },
      },
      async (_request, reply) => reply.code(202).send(await rebuild.begin()),
    );
    app.get(
      url,
      {
        schema: {
          summary: `How far the rebuilding of ${module} is, and how the last one ended`,
          response: { 200: RebuildState },
        },
      },
      () => rebuild.state(),
    );
    app.delete(
      url,
      {
        schema: {
          summary: `Gives up the rebuilding of ${module}; what is shown stays`,
          response: { 200: RebuildState },
        },
      },
      () => rebuild.abandon(),
    );
  }
}
