/** The catalogue over HTTP. */
import type { FastifyReply } from 'fastify';
import { DomainError, type Routes } from '#host';
import { cachedPage, cachedProduct, type Answered } from './catalogue-cache.ts';
import { findPicture, findProduct, unknownProduct } from './catalogue-store.ts';
import { sendPicture } from './images.ts';
import { listSchema, pictureSchema, productSchema, toProduct } from './schemas.ts';
import { searchProducts } from './search.ts';

/** Adds the list of products, a product, and a product's picture. */
export const productRoutes: Routes = (app, context) => {
  const { db } = context;
  const list = { schema: listSchema, preValidation: leaveOutEmpty };
  app.get('/products', list, async ({ query }, reply) =>
    tell(reply, await cachedPage(context, query, () => searchProducts(db, query))),
  );

  app.get('/products/:productId', { schema: productSchema }, async ({ params }, reply) => {
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

/** A form sends the fields that nobody filled in, too. */
async function leaveOutEmpty(request: { query: object }): Promise<void> {
  const given: [string, unknown][] = Object.entries(request.query);
  request.query = Object.fromEntries(given.filter(([, value]) => value !== ''));
}

function unknownPicture(productId: string): DomainError {
  return new DomainError('not-found', 'unknown-picture', `Product ${productId} has no picture.`);
}
