/** The catalogue over HTTP. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, etagOf, matchesEtag, type Routes } from '#host';
import { cachedPage, cachedProduct, type Answered } from './catalogue-cache.ts';
import { findPicture, findProduct, unknownProduct } from './catalogue-store.ts';
import { sendPicture } from './images.ts';
import { listSchema, pictureSchema, productSchema, toProduct } from './schemas.ts';
import { searchProducts } from './search.ts';

/** Browsers may keep an answer, but ask each time whether it is still what there is. */
const CACHE_CONTROL = 'public, no-cache';

/** Adds the list of products, a product, and a product's picture. */
export const productRoutes: Routes = (app, context) => {
  const { db } = context;
  const list = { schema: listSchema, preValidation: leaveOutEmpty, onSend: tag };
  const one = { schema: productSchema, onSend: tag };
  app.get('/products', list, async ({ query }, reply) =>
    tell(reply, await cachedPage(context, query, () => searchProducts(db, query))),
  );

  app.get('/products/:productId', one, async ({ params }, reply) => {
    const { productId } = params;
    const load = async () => {
      const product = await findProduct(db, productId);
      if (!product) throw unknownProduct(productId);
      return toProduct(product);
    };
    return tell(reply, await cachedProduct(context, productId, load));
  });

  app.get('/products/:productId/image', { schema: pictureSchema }, async (request, reply) => {
    const picture = await findPicture(db, request.params.productId);
    if (!picture) throw unknownPicture(request.params.productId);
    return sendPicture(reply, picture, request.headers['if-none-match']);
  });
};

/** Gives the answer, and says by a header where it comes from. */
function tell<T>(reply: FastifyReply, { value, hit }: Answered<T>): T {
  reply.header('x-cache', hit ? 'HIT' : 'MISS');
  return value;
}

/** Gives an answer its tag, and leaves it out where the client has it already. */
async function tag(request: FastifyRequest, reply: FastifyReply, payload: unknown) {
  if (reply.statusCode !== 200) return payload;
  const etag = etagOf(String(payload));
  reply.headers({ etag, 'cache-control': CACHE_CONTROL });
  if (!matchesEtag(request.headers['if-none-match'], etag)) return payload;
  reply.code(304);
  return null;
}

/** A form sends the fields that nobody filled in, too. */
async function leaveOutEmpty(request: { query: object }): Promise<void> {
  const given: [string, unknown][] = Object.entries(request.query);
  request.query = Object.fromEntries(given.filter(([, value]) => value !== ''));
}

function unknownPicture(productId: string): DomainError {
  return new DomainError('not-found', 'unknown-picture', `Product ${productId} has no picture.`);
}
