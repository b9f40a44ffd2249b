/** The history over HTTP, for the customers whose it is. */
import { callerOf, DomainError, type Routes } from '#host';
import { answerCache, scopeOf } from './cache.ts';
import { decodeCursor } from './cursor.ts';
import { pageOf, present } from './present.ts';
import { DEFAULT_LIMIT, listSchema, orderSchema } from './schemas.ts';
import { findOrder, listOrders } from './store.ts';

export const historyRoutes: Routes = (app, context) => {
  const cache = answerCache(context);

  /** What is kept for the user under the key, or else what `load` gives. */
  async function answer<T>(userId: string, key: string, load: () => Promise<T>) {
    const version = await context.readModel.version();
    const { value, hit } = await cache.get(scopeOf(version, userId), key, load);
    return { value, state: hit ? 'HIT' : 'MISS' };
  }

  app.get('/order-history', { schema: listSchema }, async (request, reply) => {
    const userId = callerOf(request);
    const { limit = DEFAULT_LIMIT, cursor } = request.query;
    const after = cursor === undefined ? undefined : decodeCursor(cursor);
    const key = `list:${limit}:${cursor ?? ''}`;
    const { value, state } = await answer(userId, key, async () =>
      pageOf(await listOrders(context, { userId, after, limit: limit + 1 }), limit, present),
    );
    return reply.header('x-cache', state).send(value);
  });

  app.get('/order-history/:orderId', { schema: orderSchema }, async (request, reply) => {
    const userId = callerOf(request);
    const { orderId } = request.params;
    const key = `order:${encodeURIComponent(orderId)}`;
    const { value, state } = await answer(userId, key, async () => {
      const found = await findOrder(context, orderId, userId);
      return found && present(found);
    });
    if (!value)
      throw new DomainError('not-found', 'unknown-order', 'You have no order with this id.');
    return reply.header('x-cache', state).send(value);
  });
};
