/** The REST calls of `orders`. */
import { callerOf, problemResponses, sessionOf, traceOf, wantsSession, type Routes } from '#host';
import { cancelOrder, unknownOrder } from './cancelling.ts';
import { placeOrder } from './placing.ts';
import {
  OrderHeaders,
  OrderParams,
  OrderRequest,
  OrderResponse,
  PlacedResponse,
} from './schemas.ts';
import { findOrder } from './store.ts';
import { present } from './present.ts';

export const orderRoutes: Routes = (app, context) => {
  app.post(
    '/orders',
    {
      schema: {
        summary: 'Places an order',
        description:
          '503 `busy` with Retry-After: many orders wait already; nothing was stored, and the same key may be sent again',
        security: wantsSession,
        headers: OrderHeaders,
        body: OrderRequest,
        response: { 202: PlacedResponse, ...problemResponses },
      },
    },
    async (request, reply) => {
      const order = await placeOrder(context, {
        caller: sessionOf(request),
        request: request.body,
        idempotencyKey: request.headers['idempotency-key'],
        trace: traceOf(request),
      });
      request.about = { orderId: order._id };
      return reply.code(202).header('location', `/api/orders/${order._id}`).send(present(order));
    },
  );

  app.get(
    '/orders/:orderId',
    {
      schema: {
        summary: 'An order of the caller',
        security: wantsSession,
        params: OrderParams,
        response: { 200: OrderResponse, ...problemResponses },
      },
    },
    async (request) => {
      const order = await findOrder(context, request.params.orderId, callerOf(request));
      if (!order) throw unknownOrder();
      return present(order);
    },
  );

  app.post(
    '/orders/:orderId/cancel',
    {
      schema: {
        summary: 'Cancels an order of the caller; one that is paid has its payment given back',
        security: wantsSession,
        params: OrderParams,
        response: { 202: OrderResponse, ...problemResponses },
      },
    },
    async (request, reply) => {
      const { orderId } = request.params;
      const userId = callerOf(request);
      const order = await cancelOrder(context, { orderId, userId, trace: traceOf(request) });
      request.about = { orderId, orderStatusCode: order.orderStatusCode };
      return reply.code(202).send(present(order));
    },
  );
};
