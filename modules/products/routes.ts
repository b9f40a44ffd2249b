/** The catalogue over HTTP. */
import { DomainError, type Routes } from '#host';
import { findPicture, findProduct } from './catalogue-store.ts';
import { sendPicture } from './images.ts';
import { listSchema, pictureSchema, productSchema, toProduct } from './schemas.ts';
import { searchProducts } from './search.ts';

/** Adds the list of products, a product, and a product's picture. */
export const productRoutes: Routes = (app, { db }) => {
  app.get('/products', { schema: listSchema, preValidation: leaveOutEmpty }, (request) =>
    searchProducts(db, request.query),
  );

  app.get('/products/:productId', { schema: productSchema }, async ({ params }) => {
    const product = await findProduct(db, params.productId);
    if (!product) throw unknownProduct(params.productId);
    return toProduct(product);
  });

  app.get('/products/:productId/image', { schema: pictureSchema }, async (request, reply) => {
    const picture = await findPicture(db, request.params.productId);
    if (!picture) throw unknownPicture(request.params.productId);
    return sendPicture(reply, picture, request.headers['if-none-match']);
  });
};

/** A form sends the fields that nobody filled in, too. */
async function leaveOutEmpty(request: { query: object }): Promise<void> {
  const given: [string, unknown][] = Object.entries(request.query);
  request.query = Object.fromEntries(given.filter(([, value]) => value !== ''));
}

function unknownProduct(productId: string): DomainError {
  return new DomainError('not-found', 'unknown-product', `There is no product ${productId}.`);
}

function unknownPicture(productId: string): DomainError {
  return new DomainError('not-found', 'unknown-picture', `Product ${productId} has no picture.`);
}
