/** The operator's calls of the catalogue: products, their prices, stocks and pictures, and what runs out. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { recordChange, traceOf, type Routes } from '#host';
import type { FreshIndex } from '../catalogue/fresh-index.ts';
import { LISTED, PRESENT, unknownProduct } from '../catalogue/store.ts';
import { DEFAULT_STOCK } from '../import/line.ts';
import { MAX_PICTURE_BYTES } from '../import/pictures.ts';
import type { Inventory } from '../inventory/stock.ts';
import { byOf, editOf, FILES, SUPPORT } from './asking.ts';
import { createProduct } from './create.ts';
import { changeDetails, setArchived, tagOf, type Edited } from './edit.ts';
import { createList, readProducts } from './list.ts';
import { pictureOf, removePicture, setPicture } from './picture.ts';
import {
  archiveSchema,
  changeDetailsSchema,
  changeStockSchema,
  createProductSchema,
  historySchema,
  listProductsSchema,
  lowStockSchema,
  operatorProductSchema,
  removePictureSchema,
  restoreSchema,
  setPictureSchema,
} from './schemas.ts';
import { toHistory } from './shown.ts';
import { changeStock } from './stock.ts';

const DEFAULT_LIMIT = 50;

/** What one product is read with that is shown whole. */
const WHOLE = { words: 0, history: 0, stockChanges: 0, outbox: 0 } as const;

/** Adds the operator's view of the products, and all changes of one. */
export const operatorRoutes =
  (inventory: Inventory, listed: FreshIndex): Routes =>
  async (app) => {
    const { catalogue, threshold } = inventory;
    const list = createList(inventory, listed);

    /** Shows a product as it is now. */
    const show = async (reply: FastifyReply, productId: string) => {
      const [found] = await readProducts(inventory, { _id: productId }, 1, WHOLE);
      if (!found) throw unknownProduct(productId);
      reply.header('etag', tagOf(found));
      return found;
    };
    const showChanged = (request: FastifyRequest, reply: FastifyReply, edited: Edited) => {
      const { _id: productId, version } = edited.after;
      recordChange(request, {
        target: `products/${productId}`,
        before: Object.fromEntries(edited.changes.map(({ field, before }) => [field, before])),
        after: Object.fromEntries(edited.changes.map(({ field, after }) => [field, after])),
      });
      request.log.info({ productId, version }, 'the operator changed a product');
      return show(reply, productId);
    };

    app.get('/products', { schema: listProductsSchema }, ({ query }) => list(query));

    app.get('/products/low-stock', { schema: lowStockSchema }, async ({ query }) => {
      const isLow = { stockQty: { $lte: threshold }, ...LISTED };
      const items = await readProducts(inventory, isLow, query.limit ?? DEFAULT_LIMIT);
      return { threshold, items };
    });

    app.get('/products/:productId', { schema: operatorProductSchema }, ({ params }, reply) =>
      show(reply, params.productId),
    );

    app.get('/products/:productId/history', { schema: historySchema }, async ({ params }) => {
      const { productId } = params;
      const found = await catalogue.products.findOne(
        { _id: productId, ...PRESENT },
        { projection: { history: 1 } },
      );
      if (!found) throw unknownProduct(productId);
      return toHistory(found.history);
    });

    app.post('/products', { schema: createProductSchema, ...SUPPORT }, async (request, reply) => {
      const { productId, stockQty = DEFAULT_STOCK, ...written } = request.body;
      const { version } = await createProduct(catalogue, {
        productId,
        written,
        stockQty,
        key: request.headers['idempotency-key'],
        by: byOf(request),
      });
      const { name, price } = written;
      const target = `products/${productId}`;
      recordChange(request, { target, before: null, after: { name, price, stockQty } });
      request.log.info({ productId, version }, 'the operator created a product');
      const path = `/api/admin/products/${encodeURIComponent(productId)}`;
      reply.code(201).header('location', path);
      return show(reply, productId);
    });

    app.patch(
      '/products/:productId',
      { schema: changeDetailsSchema, ...SUPPORT },
      async (request, reply) => {
        const { confirm = false, ...written } = request.body;
        const about = { ...editOf(request), confirm };
        return showChanged(request, reply, await changeDetails(inventory, about, written));
      },
    );

    for (const [name, schema, archived] of [
      ['archive', archiveSchema, true],
      ['restore', restoreSchema, false],
    ] as const)
      app.post(`/products/:productId/${name}`, { schema, ...SUPPORT }, async (request, reply) =>
        showChanged(request, reply, await setArchived(inventory, editOf(request), archived)),
      );

    app.post(
      '/products/:productId/stock',
      { schema: changeStockSchema, ...SUPPORT },
      async (request) => {
        const { productId } = request.params;
        const { change, reason } = request.body;
        const made = await changeStock(inventory, {
          productId,
          change,
          reason,
          key: request.headers['idempotency-key'],
          trace: traceOf(request),
          by: byOf(request),
        });
        recordChange(request, {
          target: `products/${productId}`,
          before: { stockQty: made.stockQty - made.change },
          after: { stockQty: made.stockQty },
        });
        request.log.info({ productId, change }, 'the operator changed a stock');
        const because = made.reason !== undefined && { reason: made.reason };
        return { productId, change: made.change, stockQty: made.stockQty, ...because };
      },
    );

    app.delete(
      '/products/:productId/picture',
      { schema: removePictureSchema, ...SUPPORT },
      async (request, reply) =>
        showChanged(request, reply, await removePicture(inventory, editOf(request))),
    );

    await app.register(async (plugins) => {
      const scope = plugins as typeof app;
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
        done(null, body),
      );
      scope.put(
        '/products/:productId/picture',
        { schema: setPictureSchema, bodyLimit: MAX_PICTURE_BYTES, config: FILES },
        async (request, reply) => {
          const about = editOf(request);
          const edited = await setPicture(inventory, about, pictureOf(request.body));
          return showChanged(request, reply, edited);
        },
      );
    });
  };
