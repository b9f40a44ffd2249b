/** The operator's calls of the catalogue: prices, stocks, and what runs out. */
import type { Filter } from 'mongodb';
import { recordChange, traceOf, type Routes } from '#host';
import {
  changeDetailsSchema,
  changeStockSchema,
  lowStockSchema,
  operatorProductSchema,
  takenOf,
  toOperatorProduct,
} from './schemas.ts';
import { LISTED, unknownProduct, type CatalogueDocument } from '../catalogue/store.ts';
import { changeDetails, changeStock } from './changes.ts';
import { findReserved } from '../inventory/reservation.ts';
import { clean, distinct } from '../catalogue/tokenizer.ts';
import { describePictures } from '../pictures/describe.ts';
import type { Inventory } from '../inventory/stock.ts';

const DEFAULT_LIMIT = 50;

/** Adds the operator's view of a product, the changes of its details and stock, and the low stocks. */
export const operatorRoutes =
  (inventory: Inventory): Routes =>
  (app) => {
    const { catalogue, threshold } = inventory;

    const show = async (productId: string) => {
      const [found] = await findStocks(inventory, { _id: productId }, 1);
      if (!found) throw unknownProduct(productId);
      const picture = (await describePictures(catalogue, [productId])).get(productId);
      return toOperatorProduct(found.product, { reserved: found.reserved, picture });
    };

    app.get('/products/low-stock', { schema: lowStockSchema }, async ({ query }) => {
      const isLow = { stockQty: { $lte: threshold } };
      const found = await findStocks(inventory, isLow, query.limit ?? DEFAULT_LIMIT);
      const items = found.map(({ product, reserved }) => {
        const { _id: productId, name, stockQty } = product;
        return { productId, name, stockQty, ...takenOf(product, reserved) };
      });
      return { threshold, items };
    });

    app.get('/products/:productId', { schema: operatorProductSchema }, ({ params }) =>
      show(params.productId),
    );

    app.patch('/products/:productId', changeDetailsSchema, async (request) => {
      const { productId } = request.params;
      const { price, name, sizes } = request.body;
      const { before, product } = await changeDetails(catalogue, productId, {
        ...(price !== undefined && { price }),
        ...(name !== undefined && { name: clean(name) }),
        ...(sizes !== undefined && { sizes: distinct(sizes) }),
      });
      recordChange(request, {
        target: `products/${productId}`,
        before: detailsOf(before, request.body),
        after: detailsOf(product, request.body),
      });
      request.log.info({ productId, version: product.version }, 'the operator changed a product');
      return show(productId);
    });

    app.post('/products/:productId/stock', changeStockSchema, async (request) => {
      const { productId } = request.params;
      const { change, reason } = request.body;
      const made = await changeStock(inventory, {
        productId,
        change,
        reason,
        key: request.headers['idempotency-key'],
        trace: traceOf(request),
      });
      recordChange(request, {
        target: `products/${productId}`,
        before: { stockQty: made.stockQty - made.change },
        after: { stockQty: made.stockQty },
      });
      request.log.info({ productId, change }, 'the operator changed a stock');
      const because = made.reason !== undefined && { reason: made.reason };
      return { productId, change: made.change, stockQty: made.stockQty, ...because };
    });
  };

/** The details of a product that a call names, for the audit log. */
function detailsOf(product: CatalogueDocument, named: object): Record<string, unknown> {
  const values: Record<string, unknown> = { ...product };
  return Object.fromEntries(Object.keys(named).map((name) => [name, values[name]]));
}

/**
 * The products that the shop shows and that fit, the least stock first, each with what is reserved
 * of it: on one snapshot, so that the numbers add up.
 */
function findStocks(inventory: Inventory, filter: Filter<CatalogueDocument>, limit: number) {
  return inventory.transaction(async (session) => {
    const found = await inventory.catalogue.products
      .find({ ...filter, ...LISTED }, { session })
      .sort({ stockQty: 1, _id: 1 })
      .limit(limit)
      .toArray();
    const ids = found.map(({ _id }) => _id);
    const reserved = await findReserved(inventory.reservations, ids, session);
    return found.map((product) => ({ product, reserved: reserved.get(product._id) }));
  });
}
