/** The operator's calls on the rebuilding of read models: begin, look, give up. */
import type { App } from '../../module/module.ts';
import type { Rebuild } from '../../read-model/rebuild.ts';
import { RebuildState } from '../../read-model/state.ts';

/** Adds `/<module>/rebuild` for every module of the process that has a read model. */
export function rebuildRoutes(app: App, rebuilds: readonly Rebuild[]): void {
  for (const rebuild of rebuilds) {
    const { module } = rebuild;
    const url = `/${module}/rebuild`;
    const begins = `Rebuilds what ${module} shows, by events; begins nothing new while that is under way`;
    app.post(
      url,
      { schema: { summary: begins, response: { 202: RebuildState } } },
      async (_request, reply) => reply.code(202).send(await rebuild.begin()),
    );
    const response = { 200: RebuildState };
    const shows = `How far the rebuilding of ${module} is, and how the last one ended`;
    app.get(url, { schema: { summary: shows, response } }, () => rebuild.state());
    const givesUp = `Gives up the rebuilding of ${module}; what is shown stays`;
    app.delete(url, { schema: { summary: givesUp, response } }, () => rebuild.abandon());
  }
}
