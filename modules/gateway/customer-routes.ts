/** The operator's calls on a customer: all that is held, in every module, and erasing it. */
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import type { FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { DomainError, recordChange, type Pseudonyms, type Routes } from '#host';
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

export type Erasure = Static<typeof ErasureState>;

const erase = {
  schema: {
    summary: 'Erases a customer in every module; the sessions are over at once',
    params,
    response: { 202: ErasureState },
  },
};

const showErasure = {
  schema: {
    summary: 'How far the erasure of a customer is',
    params,
    response: { 200: ErasureState },
  },
};

const exportAll = {
  exposeHeadRoute: false,
  config: { role: 'admin' as const },
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
};

/** Adds the export and the erasure of a customer, with how far that is. */
export const customerRoutes =
  (erasures: Erasures, pseudonyms: Pseudonyms): Routes =>
  (app) => {
    app.delete('/customers/:userId', erase, async (request, reply) => {
      const { userId } = request.params;
      const isErased = (await pseudonyms.of([userId])).size > 0;
      await erasures.erase(userId);
      recordChange(request, {
        target: `customers/${userId}`,
        before: { erased: isErased },
        after: { erased: true },
      });
      request.log.info('the operator had a customer erased');
      const location = `/api/admin/customers/${encodeURIComponent(userId)}/erasure`;
      return reply
        .code(202)
        .header('location', location)
        .send(await erasureState(request, userId));
    });

    app.get('/customers/:userId/erasure', showErasure, async (request) => {
      const { userId } = request.params;
      if ((await pseudonyms.of([userId])).size > 0) return erasureState(request, userId);
      throw new DomainError(
        'not-found',
        'unknown-erasure',
        `Nobody has had a customer ${userId} erased: DELETE /api/admin/customers/:userId does.`,
      );
    });

    app.get('/customers/:userId/export', exportAll, async (request, reply) => {
      const { userId } = request.params;
      const lists = await openExport(request, userId);
      reply.header('cache-control', 'no-store').type('application/json');
      return reply.send(Readable.from(joined(userId, lists)));
    });
  };

/**
 * Asks a module, in this process or elsewhere, about a customer as the operator did: by a request to
 * this process, which passes on what runs elsewhere.
 */
function ask(request: FastifyRequest, module: string, userId: string, what: 'erasure' | 'export') {
  const { headers, ip: remoteAddress, server } = request;
  return server.inject({
    url: `/api/admin/${module}/customers/${encodeURIComponent(userId)}/${what}`,
    headers: { authorization: headers.authorization },
    remoteAddress,
    payloadAsStream: true,
  });
}

async function erasureState(request: FastifyRequest, userId: string): Promise<Erasure> {
  const modules = await Promise.all(
    HOLDERS.map(async (module) => {
      const answer = await ask(request, module, userId, 'erasure');
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

/** What a module holds of a customer, as it is read. */
interface ModuleExport {
  module: string;
  body: Readable;
}

/**
 * The lists of all modules.
 *
 * @throws DomainError where one does not answer; then none stays open
 */
async function openExport(request: FastifyRequest, userId: string): Promise<ModuleExport[]> {
  const parts = await Promise.all(
    HOLDERS.map(async (module) => ({
      module,
      answer: await ask(request, module, userId, 'export'),
    })),
  );
  const bodies = parts.map(({ module, answer }) => ({ module, body: answer.stream() }));
  const absent = parts.find(({ answer }) => answer.statusCode !== 200);
  if (!absent) return bodies;
  for (const { body } of bodies) body.destroy();
  const what = `The export needs ${absent.module}, which does not answer; try again.`;
  throw new DomainError('unavailable', 'module-away', what);
}

/** One JSON object of the lists of all modules. A list that breaks off ends all of it, unfinished. */
async function* joined(
  userId: string,
  bodies: readonly ModuleExport[],
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
