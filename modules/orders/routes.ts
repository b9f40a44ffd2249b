/** The REST calls of `orders`. */
import { requireUserId, requireCaller, traceOf, wantsSession, type Routes } from '#host';
import { DeliveryMethodsResponse } from './delivery.ts';
import { cancelOrder } from './end-order.ts';
import { placeOrder, type Shop } from './place-order.ts';
import type { OrderDocument } from './document.ts';
import {
  OrderHeaders,
  OrderParams,
  OrderRequest,
  OrderResponse,
  PlacedResponse,
  present,
  TimelineResponse,
} from './schemas.ts';
import { requireOrder } from './store.ts';
import { timelineOf, type FailuresOf } from './timeline.ts';

const place = {
  schema: {
    summary: 'Places an order',
    description:
      'Without `contact` and `delivery` nothing is delivered, nor charged for it. 503 `busy` with Retry-After: many orders wait already; nothing was stored, and the same key may be sent again',
    security: wantsSession,
    headers: OrderHeaders,
    body: OrderRequest,
    response: { 202: PlacedResponse },
  },
};

const listDeliveryMethods = {
  summary: 'How the shop delivers, and what that costs',
  response: { 200: DeliveryMethodsResponse },
};

const show = {
  schema: {
    summary: 'An order of the caller',
    security: wantsSession,
    params: OrderParams,
    response: { 200: OrderResponse },
  },
};

const cancel = {
  schema: {
    summary: 'Cancels an order of the caller; one that is paid has its payment given back',
    security: wantsSession,
    params: OrderParams,
    response: { 202: OrderResponse },
  },
};

const showTimeline = {
  schema: {
    summary: 'Every event of an order of the caller, and every step that had to be repeated',
    security: wantsSession,
    params: OrderParams,
    response: { 200: TimelineResponse },
  },
};

/** Adds the delivery methods, placing, showing and cancelling an order, and its timeline. */
export const orderRoutes =
  (shop: Shop, failuresOf: FailuresOf): Routes =>
  (app) => {
    const { store, settings } = shop;
    const {
      CURRENCY: currency,
      CURRENCY_DECIMALS: decimals,
      ORDER_CANCEL_WITHIN_MS: withinMs,
    } = settings;
    const shown = (order: OrderDocument) => present(order, withinMs);

    app.get('/delivery-methods', { schema: listDeliveryMethods }, () => ({
      items: settings.DELIVERY_METHODS,
      currency,
      decimals,
    }));

    app.post('/orders', place, async (request, reply) => {
      const order = await placeOrder(shop, {
        caller: requireCaller(request),
        request: request.body,
        idempotencyKey: request.headers['idempotency-key'],
        trace: traceOf(request),
      });
      request.about = { orderId: order._id };
      return reply.code(202).header('location', `/api/orders/${order._id}`).send(shown(order));
    });

    app.get('/orders/:orderId', show, async (request) =>
      shown(await requireOrder(store, request.params.orderId, requireUserId(request))),
    );

    app.post('/orders/:orderId/cancel', cancel, async (request, reply) => {
      const { orderId } = request.params;
      const userId = requireUserId(request);
      const trace = traceOf(request);
      const reason = 'Cancelled by the customer';
      const { after: order } = await cancelOrder(store, {
        orderId,
        userId,
        reason,
        withinMs,
        trace,
      });
      request.about = { orderId, orderStatusCode: order.orderStatusCode };
      return reply.code(202).send(shown(order));
    });

    // The schema leaves out what only the operator may see.
    app.get('/orders/:orderId/timeline', showTimeline, (request) =>
      timelineOf(store, failuresOf, {
        orderId: request.params.orderId,
        userId: requireUserId(request),
      }),
    );
  };
