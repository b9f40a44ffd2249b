/** The operator's calls on what a module holds of a user: all of it, and whether it is erased. */
import { Readable } from 'node:stream';
import { Type } from 'typebox';
import type { App, LoadedModule } from '../../module/module.ts';

/** It is written as text, and not by this schema. */
const List = Type.Unsafe<Readable>(Type.Array(Type.Object({})));
const params = Type.Object({ userId: Type.String({ minLength: 1, maxLength: 128 }) });

/** Adds `/<module>/customers/:userId/export` and `…/erasure` for a module that has such data. */
export function personalDataRoutes(
  app: App,
  { module: { name }, context, instance: { personalData } }: LoadedModule,
): void {
  if (!personalData) return;
  app.get(
    `/${name}/customers/:userId/export`,
    {
      exposeHeadRoute: false,
      config: { role: 'admin' },
      schema: {
        summary: `Everything that ${name} holds of a user, as it comes`,
        params,
        response: {
          200: {
            description: 'A list that is written while it is read',
            content: { 'application/json': { schema: List } },
          },
        },
      },
    },
    async (request, reply) => {
      const items = personalData(request.params.userId);
      reply.header('cache-control', 'no-store').type('application/json');
      return reply.send(Readable.from(asList(items)));
    },
  );
  app.get(
    `/${name}/customers/:userId/erasure`,
    {
      schema: {
        summary: `Whether ${name} has erased all that it held of a user`,
        params,
        response: { 200: Type.Object({ erased: Type.Boolean() }) },
      },
    },
    async ({ params: { userId } }) => ({ erased: await context.pseudonyms.isErased(userId) }),
  );
}

/** A JSON list; one that breaks off has no end, so that nobody takes it for the whole. */
async function* asList(items: AsyncIterable<object>): AsyncGenerator<string> {
  let before = '[';
  for await (const item of items) {
    yield before + JSON.stringify(item);
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}
