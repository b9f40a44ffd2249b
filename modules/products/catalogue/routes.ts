/** The catalogue over HTTP. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, matchesEtag, sendCached, type Cached, type Routes } from '#host';
import { describePictures } from '../pictures/describe.ts';
import type { FreshIndex } from './fresh-index.ts';
import { keyOf, relatedKey, suggestionsKey } from './cache.ts';
import { findPicture, findProduct, unknownProduct, type Catalogue } from './store.ts';
import { findRelated } from './related.ts';
import {
  listSchema,
  pictureSchema,
  productSchema,
  relatedSchema,
  suggestionsSchema,
  toProduct,
} from './schemas.ts';
import { searchProducts } from './search.ts';
import { suggest } from './suggestions.ts';
import { wrongQuery } from './wrong-query.ts';

/** Browsers may keep an answer, but ask each time whether it is still what there is. */
const CACHE_CONTROL = 'public, no-cache';

/** How long a picture may be shown without asking again, in seconds. */
const PICTURE_MAX_AGE_S = 300;

/** A picture could be opened as a page of its own: then nothing in it may run or load. */
export const PICTURE_HEADERS = {
  'cache-control': `public, max-age=${PICTURE_MAX_AGE_S}`,
  // A mail and a page of another shop may show it.
  'cross-origin-resource-policy': 'cross-origin',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
};

/** Adds the list of products and what is suggested for it, a product, its picture, and those like it. */
export const productRoutes =
  (catalogue: Catalogue, freshIndex: FreshIndex): Routes =>
  (app) => {
    const { cache } = catalogue;
    const asked = { preValidation: leaveOutEmpty, schemaErrorFormatter: wrongQuery };
    app.get('/products', { schema: listSchema, ...asked }, async (request, reply) => {
      const { query } = request;
      const load = async () =>
        reply.serialize(await searchProducts(catalogue, freshIndex, query)) as string;
      return sendKept(request, reply, await cache.list(keyOf(query), load));
    });

    const suggestions = { schema: suggestionsSchema, ...asked };
    // No product has this id: an import refuses it.
    app.get('/products/suggestions', suggestions, async (request, reply) => {
      const { search = '' } = request.query;
      const load = async () =>
        reply.serialize(await suggest(catalogue, freshIndex, search)) as string;
      return sendKept(request, reply, await cache.list(suggestionsKey(search), load));
    });

    app.get('/products/:productId/related', { schema: relatedSchema }, async (request, reply) => {
      const { productId } = request.params;
      const load = async () =>
        reply.serialize(await findRelated(catalogue, freshIndex, productId)) as string;
      return sendKept(request, reply, await cache.list(relatedKey(productId), load));
    });

    app.get('/products/:productId', { schema: productSchema }, async (request, reply) => {
      const { productId } = request.params;
      const load = async () => {
        const [product, pictures] = await Promise.all([
          findProduct(catalogue, productId),
          describePictures(catalogue, [productId]),
        ]);
        if (!product) throw unknownProduct(productId);
        return reply.serialize(toProduct(product, pictures.get(productId))) as string;
      };
      return sendKept(request, reply, await cache.product(productId, load));
    });

    app.get('/products/:productId/image', { schema: pictureSchema }, async (request, reply) => {
      const picture = await findPicture(catalogue, request.params.productId);
      if (!picture) throw unknownPicture(request.params.productId);
      const { etag, type, bytes } = picture;
      reply.headers(PICTURE_HEADERS);
      const whole = () => reply.type(type).send(Buffer.from(bytes.buffer));
      return sendTagged(request, reply, etag, whole);
    });
  };

function sendKept(request: FastifyRequest, reply: FastifyReply, cached: Cached): FastifyReply {
  reply.header('cache-control', CACHE_CONTROL);
  return sendTagged(request, reply, cached.etag, () => sendCached(reply, cached));
}

/** Names an answer by its tag, and leaves it out where the client has it already. */
export function sendTagged(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  etag: string,
  whole: () => FastifyReply,
): FastifyReply {
  reply.header('etag', etag);
  return matchesEtag(headers['if-none-match'], etag) ? reply.code(304).send() : whole();
}

/** A form sends the fields that nobody filled in, too. */
async function leaveOutEmpty(request: { query: object }): Promise<void> {
  const given: [string, unknown][] = Object.entries(request.query);
  request.query = Object.fromEntries(given.filter(([, value]) => value !== ''));
}

function unknownPicture(productId: string): DomainError {
  return new DomainError('not-found', 'unknown-picture', `Product ${productId} has no picture.`);
}
