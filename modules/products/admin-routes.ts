/** The operator's calls of the catalogue: prices, stocks, and what runs out. */
import { traceOf, type Routes } from '#host';
import {
  changeDetailsSchema,
  changeStockSchema,
  lowStockSchema,
  operatorProductSchema,
  reservedQtyOf,
  toOperatorProduct,
} from './admin-schemas.ts';
import { findLowStock, LISTED, productsOf, unknownProduct } from './catalogue-store.ts';
import { changeDetails } from './change-details.ts';
import { changeStock } from './change-stock.ts';
import { clean } from './import/line.ts';

const DEFAULT_LIMIT = 50;

/** Adds the operator's view of a product, the changes of its details and stock, and the low stocks. */
export const operatorRoutes: Routes = (app, context) => {
  const { db, config } = context;

  app.get('/products/low-stock', { schema: lowStockSchema }, async ({ query }) => {
    const threshold = config.LOW_STOCK_THRESHOLD;
    const found = await findLowStock(db, threshold, query.limit ?? DEFAULT_LIMIT);
    const items = found.map(({ _id: productId, name, stockQty, soldQty, reserved }) => ({
      productId,
      name,
      stockQty,
      reservedQty: reservedQtyOf({ reserved }),
      soldQty,
    }));
    return { threshold, items };
  });

  app.get('/products/:productId', { schema: operatorProductSchema }, async ({ params }) => {
    const product = await productsOf(db).findOne({ _id: params.productId, ...LISTED });
    if (!product) throw unknownProduct(params.productId);
    return toOperatorProduct(product);
  });

  app.patch('/products/:productId', { schema: changeDetailsSchema }, async (request) => {
    const { productId } = request.params;
    const { price, name } = request.body;
    const product = await changeDetails(context, productId, {
      ...(price !== undefined && { price }),
      ...(name !== undefined && { name: clean(name) }),
    });
    request.log.info({ productId, version: product.version }, 'the operator changed a product');
    return toOperatorProduct(product);
  });

  app.post('/products/:productId/stock', { schema: changeStockSchema }, async (request) => {
    const { productId } = request.params;
    const { change, reason } = request.body;
    const made = await changeStock(context, {
      productId,
      change,
      reason,
      key: request.headers['idempotency-key'],
      trace: traceOf(request),
    });
    request.log.info({ productId, change }, 'the operator changed a stock');
    const because = made.reason !== undefined && { reason: made.reason };
    return { productId, change: made.change, stockQty: made.stockQty, ...because };
  });
};
