/** The history over HTTP, for the customers whose it is. */
import { callerOf, DomainError, sendCached, type Routes } from '#host';
import { answerCache, scopeOf } from './cache.ts';
import { decodeCursor } from './cursor.ts';
import { pageOf, present } from './present.ts';
import { DEFAULT_LIMIT, listSchema, orderSchema } from './schemas.ts';
import { findOrder, listOrders } from './store.ts';

export const historyRoutes: Routes = (app, context) => {
  const cache = answerCache(context);

  /** What is kept for the user under the key, or else what `load` gives. */
  async function answer(userId: string, key: string, load: () => Promise<string>) {
    const version = await context.readModel.version();
    return cache.get(scopeOf(version, userId), key, load);
  }

  app.get('/order-history', { schema: listSchema }, async (request, reply) => {
    const userId = callerOf(request);
    const { limit = DEFAULT_LIMIT, cursor } = request.query;
    const after = cursor === undefined ? undefined : decodeCursor(cursor);
    const key = `list:${limit}:${cursor ?? ''}`;
    const load = async () => {
      const found = await listOrders(context, { userId, after, limit: limit + 1 });
      return reply.serialize(pageOf(found, limit, present)) as string;
    };
    return sendCached(reply, await answer(userId, key, load));
  });

  app.get('/order-history/:orderId', { schema: orderSchema }, async (request, reply) => {
    const userId = callerOf(request);
    const { orderId } = request.params;
    const key = `order:${encodeURIComponent(orderId)}`;
    const load = async () => {
      const found = await findOrder(context, orderId, userId);
      if (found) return reply.serialize(present(found)) as string;
      throw new DomainError('not-found', 'unknown-order', 'You have no order with this id.');
    };
    return sendCached(reply, await answer(userId, key, load));
  });
};
