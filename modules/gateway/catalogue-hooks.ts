/** Answers of the catalogue from the cache: the first to ask has its request answered for all who wait. */
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { etagOf, matchesEtag, type ModuleContext } from '#host';
import { catalogueOf, changesCatalogue, keyOf, type Answer } from './catalogue.ts';

/** Browsers may keep an answer, but ask each time whether it is still what there is. */
const CACHE_CONTROL = 'public, no-cache';

/** An answer that is for its request alone. */
class NotKept extends Error {}

/** A request whose answer others wait for. */
interface Loading {
  answer: PromiseWithResolvers<Answer>;
  ifNoneMatch: string | undefined;
}

export function cacheCatalogue(app: FastifyInstance, context: ModuleContext): void {
  const catalogue = catalogueOf(context);
  const loadings = new WeakMap<FastifyRequest, Loading>();

  /** The kept answer, or undefined where this request is the one to load it, or none is kept. */
  async function keptFor(request: FastifyRequest, reply: FastifyReply, key: string) {
    const mine = Promise.withResolvers<undefined>();
    const kept = catalogue.get(key, () => {
      const answer = Promise.withResolvers<Answer>();
      loadings.set(request, { answer, ifNoneMatch: request.headers['if-none-match'] });
      // The whole answer is wanted, whatever the one who happens to be first has already.
      delete request.headers['if-none-match'];
      reply.raw.once('close', () => answer.reject(new NotKept('it was never answered')));
      mine.resolve(undefined);
      return answer.promise;
    });
    return Promise.race([kept.then(({ value }) => value).catch(() => undefined), mine.promise]);
  }

  app.addHook('onRequest', async (request, reply) => {
    const key = request.forwarded ? undefined : keyOf(request);
    const kept = key === undefined ? undefined : await keptFor(request, reply, key);
    if (kept === undefined) return undefined;
    reply.header('x-cache', 'HIT').type(kept.type);
    return reply.send(tagged(reply, kept.body, request.headers['if-none-match']));
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const loading = loadings.get(request);
    if (!loading) return payload;
    const { answer, ifNoneMatch } = loading;
    if (!mayBeKept(reply)) {
      answer.reject(new NotKept('it is none to keep'));
      return payload;
    }
    const body = payload instanceof Readable ? await text(payload) : String(payload);
    answer.resolve({ type: String(reply.getHeader('content-type')), body });
    if (!reply.hasHeader('x-cache')) reply.header('x-cache', 'MISS');
    return tagged(reply, body, ifNoneMatch);
  });

  app.addHook('onSend', async (request, reply, payload) => {
    if (reply.statusCode < 300 && changesCatalogue(request)) {
      await catalogue.drop().catch((error: unknown) => {
        context.log.warn(
          { err: error },
          'the cache was not dropped; it is old until its time is over',
        );
      });
    }
    return payload;
  });
}

function mayBeKept(reply: FastifyReply): boolean {
  const type = String(reply.getHeader('content-type') ?? '');
  return (
    reply.statusCode === 200 &&
    type.startsWith('application/json') &&
    !reply.hasHeader('set-cookie') &&
    !reply.hasHeader('content-encoding')
  );
}

/** The body with its tag, or nothing where the client has it already. */
function tagged(reply: FastifyReply, body: string, ifNoneMatch: string | undefined): string | null {
  const etag = etagOf(body);
  reply.headers({ etag, 'cache-control': CACHE_CONTROL }).removeHeader('content-length');
  if (!matchesEtag(ifNoneMatch, etag)) return body;
  reply.code(304);
  return null;
}
