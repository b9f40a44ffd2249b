/** The history over HTTP, for the customers whose it is. */
import { requireUserId, DomainError, type ReadModel, type Routes } from '#host';
import { decodeCursor } from './cursor.ts';
import { pageOf, present } from './present.ts';
import { DEFAULT_LIMIT, listSchema, orderSchema } from './schemas.ts';
import { findOrder, listOrders } from './store.ts';

export const historyRoutes =
  (readModel: ReadModel): Routes =>
  (app) => {
    app.get('/order-history', { schema: listSchema }, async (request) => {
      const userId = requireUserId(request);
      const { limit = DEFAULT_LIMIT, cursor } = request.query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor);
      const found = await listOrders(readModel, { userId, after, limit: limit + 1 });
      return pageOf(found, limit, present);
    });

    app.get('/order-history/:orderId', { schema: orderSchema }, async (request) => {
      const found = await findOrder(readModel, request.params.orderId, requireUserId(request));
      if (found) return present(found);
      throw new DomainError('not-found', 'unknown-order', 'You have no order with this id.');
    });
  };
