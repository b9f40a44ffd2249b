/** The operator's calls on a customer: all that is held, in every module, and erasing it. */
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import type { FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { DomainError, type Pseudonyms, type Routes } from '#host';
import type { Erasures } from './erasure.ts';

/** The modules that hold data of users, wherever they run. */
export const HOLDERS = ['gateway', 'orders', 'payments', 'order-history', 'digital-identity'];

const params = Type.Object({ userId: Type.String({ minLength: 1, maxLength: 128 }) });

const ErasureState = Type.Object({
  userId: Type.String(),
  state: Type.Enum(['under way', 'done']),
  modules: Type.Array(
    Type.Object({
      module: Type.String(),
      state: Type.Enum(['under way', 'done', 'away'], {
        description: 'away: the module does not answer; it erases when it is back',
      }),
    }),
  ),
});

/** Adds the export and the erasure of a customer, with how far that is. */
export const customerRoutes =
  (erasures: Erasures, pseudonyms: Pseudonyms): Routes =>
  (app) => {
    /** Makes a request to a module as this process would be asked, which passes on what runs elsewhere. */
    const ask = (
      { headers: { authorization }, ip: remoteAddress }: FastifyRequest,
      path: string,
    ) => {
      const url = `/api/admin/${path}`;
      return app.inject({ url, headers: { authorization }, remoteAddress, payloadAsStream: true });
    };

    /** Asks each module, in this process or elsewhere, as the operator did. */
    async function stateOf(
      request: FastifyRequest,
      userId: string,
    ): Promise<Static<typeof ErasureState>> {
      const modules = await Promise.all(
        HOLDERS.map(async (module) => {
          const answer = await ask(
            request,
            `${module}/customers/${encodeURIComponent(userId)}/erasure`,
          );
          if (answer.statusCode !== 200) {
            answer.stream().destroy();
            return { module, state: 'away' as const };
          }
          const { erased } = (await json(answer.stream())) as { erased: boolean };
          return { module, state: erased ? ('done' as const) : ('under way' as const) };
        }),
      );
      const isDone = modules.every(({ state }) => state === 'done');
      return { userId, state: isDone ? 'done' : 'under way', modules };
    }

    app.delete(
      '/customers/:userId',
      {
        schema: {
          summary: 'Erases a customer in every module; the sessions are over at once',
          params,
          response: { 202: ErasureState },
        },
      },
      async (request, reply) => {
        const { userId } = request.params;
        await erasures.erase(userId);
        request.log.info('the operator had a customer erased');
        const location = `/api/admin/customers/${encodeURIComponent(userId)}/erasure`;
        return reply
          .code(202)
          .header('location', location)
          .send(await stateOf(request, userId));
      },
    );

    app.get(
      '/customers/:userId/erasure',
      {
        schema: {
          summary: 'How far the erasure of a customer is',
          params,
          response: { 200: ErasureState },
        },
      },
      async (request) => {
        const { userId } = request.params;
        if ((await pseudonyms.of([userId])).size > 0) return stateOf(request, userId);
        throw new DomainError(
          'not-found',
          'unknown-erasure',
          `Nobody has had a customer ${userId} erased: DELETE /api/admin/customers/:userId does.`,
        );
      },
    );

    app.get(
      '/customers/:userId/export',
      {
        exposeHeadRoute: false,
        schema: {
          summary: 'Everything that is held of a customer, in every module',
          params,
          response: {
            200: {
              description: 'A list for each module, written while it is read',
              content: { 'application/json': { schema: Type.Object({}) } },
            },
          },
        },
      },
      async (request, reply) => {
        const { userId } = request.params;
        const parts = await Promise.all(
          HOLDERS.map(async (module) => {
            const path = `${module}/customers/${encodeURIComponent(userId)}/export`;
            return { module, answer: await ask(request, path) };
          }),
        );
        const bodies = parts.map(({ module, answer }) => ({ module, body: answer.stream() }));
        const absent = parts.find(({ answer }) => answer.statusCode !== 200);
        if (absent) {
          for (const { body } of bodies) body.destroy();
          const what = `The export needs ${absent.module}, which does not answer; try again.`;
          throw new DomainError('unavailable', 'module-away', what);
        }
        reply.header('cache-control', 'no-store').type('application/json');
        return reply.send(Readable.from(joined(userId, bodies)));
      },
    );
  };

/** One JSON object of the lists of all modules. A list that breaks off ends all of it, unfinished. */
async function* joined(
  userId: string,
  bodies: readonly { module: string; body: Readable }[],
): AsyncGenerator<string | Buffer> {
  yield `{"userId":${JSON.stringify(userId)},"exportedAt":"${new Date().toISOString()}"`;
  for (const { module, body } of bodies) {
    yield `,${JSON.stringify(module)}:`;
    let last: number | undefined;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      last = chunk.at(-1) ?? last;
      yield chunk;
    }
    if (last !== ']'.charCodeAt(0)) throw new Error(`the data of ${module} broke off`);
  }
  yield '}';
}
