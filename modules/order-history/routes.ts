/** The history over HTTP: for the customers whose it is, and for the operator, with the statistics. */
import {
  DomainError,
  requireUserId,
  sendCached,
  type ModuleContext,
  type ReadModel,
  type Routes,
} from '#host';
import { decodeCursor } from './cursor.ts';
import { daysOf } from './days.ts';
import { pageOf, present } from './present.ts';
import { DEFAULT_LIMIT, listSchema, operatorListSchema, orderSchema } from './schemas.ts';
import { DEFAULT_TOP, statisticsOf, statisticsSchema } from './statistics.ts';
import { sendStatistics } from './statistics-file.ts';
import { findOrder, listOrders, type ListedDocument } from './store.ts';

/** Adds the history of the caller. */
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

/** How old the statistics may be, in ms. */
const STATISTICS_KEPT_MS = 5000;

const presentToOperator = (document: ListedDocument) => ({
  ...present(document),
  userId: document.placed.userId,
});

export interface AdminRoutesOptions {
  readModel: ReadModel;
  cacheOf: ModuleContext['cache'];
  /** Those of the statistics. */
  currency: string;
  decimals: number;
  timeZone: string;
}

/** Adds any order, and the statistics. */
export const adminRoutes =
  ({ readModel, cacheOf, currency, decimals, timeZone }: AdminRoutesOptions): Routes =>
  (app) => {
    const cache = cacheOf('statistics', STATISTICS_KEPT_MS);

    app.get('/order-history', { schema: operatorListSchema }, async ({ query }) => {
      const { userId, orderId, limit = DEFAULT_LIMIT, cursor } = query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor);
      const found =
        orderId === undefined
          ? await listOrders(readModel, { userId, after, limit: limit + 1 })
          : [await findOrder(readModel, orderId, userId)].filter((one) => one !== null);
      return pageOf(found, limit, presentToOperator);
    });

    app.get('/order-history/statistics', { schema: statisticsSchema }, async (request, reply) => {
      const { limit = DEFAULT_TOP, format, table = 'days' } = request.query;
      const days = daysOf(request.query, Date.now(), request.query.timeZone ?? timeZone);
      if (format === 'csv') {
        const statistics = await statisticsOf(readModel, { days, currency, limit });
        return sendStatistics(reply, statistics, { table, decimals });
      }
      const version = await readModel.version();
      const key = `${days.timeZone}:${days.first}:${days.last}:${limit}`;
      const load = async () => {
        const statistics = await statisticsOf(readModel, { days, currency, limit });
        return reply.serializeInput(statistics, '200', 'application/json') as string;
      };
      return sendCached(reply, await cache.get(version, key, load));
    });
  };
