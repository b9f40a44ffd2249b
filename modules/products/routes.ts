/** The catalogue over HTTP. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, matchesEtag, sendCached, type Cached, type Routes } from '#host';
import { cachedPage, cachedProduct } from './catalogue-cache.ts';
import { findPicture, findProduct, unknownProduct } from './catalogue-store.ts';
import { sendPicture } from './images.ts';
import { listSchema, pictureSchema, productSchema, toProduct } from './schemas.ts';
import { searchProducts } from './search.ts';

/** Browsers may keep an answer, but ask each time whether it is still what there is. */
const CACHE_CONTROL = 'public, no-cache';

/** Adds the list of products, a product, and a product's picture. */
export const productRoutes: Routes = (app, context) => {
  const { db } = context;
  const list = { schema: listSchema, preValidation: leaveOutEmpty };
  app.get('/products', list, async (request, reply) => {
    const { query } = request;
    const load = async () => reply.serialize(await searchProducts(db, query)) as string;
    return send(request, reply, await cachedPage(context, query, load));
  });

  app.get('/products/:productId', { schema: productSchema }, async (request, reply) => {
    const { productId } = request.params;
    const load = async () => {
      const product = await findProduct(db, productId);
      if (!product) throw unknownProduct(productId);
      return reply.serialize(toProduct(product)) as string;
    };
    return send(request, reply, await cachedProduct(context, productId, load));
  });

  app.get('/products/:productId/image', { schema: pictureSchema }, async (request, reply) => {
    const picture = await findPicture(db, request.params.productId);
    if (!picture) throw unknownPicture(request.params.productId);
    return sendPicture(reply, picture, request.headers['if-none-match']);
  });
};

/** Sends an answer with its tag, or leaves it out where the client has it already. */
function send({ headers }: FastifyRequest, reply: FastifyReply, cached: Cached): FastifyReply {
  reply.header('etag', cached.etag).header('cache-control', CACHE_CONTROL);
  return matchesEtag(headers['if-none-match'], cached.etag)
    ? reply.code(304).send()
    : sendCached(reply, cached);
}

/** A form sends the fields that nobody filled in, too. */
async function leaveOutEmpty(request: { query: object }): Promise<void> {
  const given: [string, unknown][] = Object.entries(request.query);
  request.query = Object.fromEntries(given.filter(([, value]) => value !== ''));
}

function unknownPicture(productId: string): DomainError {
  return new DomainError('not-found', 'unknown-picture', `Product ${productId} has no picture.`);
}
