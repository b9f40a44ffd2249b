/** The operator's calls on orders: lists, one of them whole, its life, and cancelling it. */
import {
  jsonOrCsv,
  recordChange,
  sendCsv,
  traceOf,
  type Failure,
  type ModuleContext,
  type Routes,
} from '#host';
import type { OrderDocument } from '../document.ts';
import { cancelOrder } from '../end-order.ts';
import { waitingFor } from '../replies.ts';
import { OrderParams, present } from '../schemas.ts';
import type { Settings } from '../settings.ts';
import { stateOf } from '../states.ts';
import { requireOrder, type OrderStore } from '../store.ts';
import { timelineOf } from '../timeline.ts';
import { everyOrder, listOrders, ORDER_COLUMNS } from './list.ts';
import {
  CancelBody,
  OperatorOrderResponse,
  OperatorTimelineResponse,
  OrdersQuery,
  OrdersResponse,
  WaterfallResponse,
  type OperatorOrder,
} from './schemas.ts';
import { waterfallOf } from './waterfall.ts';

/** What stands as the reason of an operator who gives none. */
const REASON = 'Cancelled by the shop';

const list = {
  schema: {
    summary:
      'Orders, the newest first, by status, customer and time; as CSV all of them; or by a search',
    querystring: OrdersQuery,
    response: { 200: jsonOrCsv(OrdersResponse, 'Orders') },
  },
};

const show = {
  schema: {
    summary: 'An order, whole',
    params: OrderParams,
    response: { 200: OperatorOrderResponse },
  },
};

const cancel = {
  config: { role: 'support' as const },
  schema: {
    summary: 'Cancels an order, as long as its customer could',
    description:
      'One that is not paid ends at once, one that is paid has its payment given back. 409 `too-late-to-cancel` says why it cannot be; a refund may still be made at its payment. One that was cancelled before stays as it is.',
    params: OrderParams,
    body: CancelBody,
    response: { 202: OperatorOrderResponse },
  },
};

const showTimeline = {
  schema: {
    summary: 'Every event, failed delivery and dead letter of an order',
    params: OrderParams,
    response: { 200: OperatorTimelineResponse },
  },
};

const showWaterfall = {
  schema: {
    summary: 'What each module did with each event of an order, when, and how often',
    params: OrderParams,
    response: { 200: WaterfallResponse },
  },
};

export interface AdminRoutesOptions {
  store: OrderStore;
  settings: Pick<Settings, 'ORDER_CANCEL_WITHIN_MS'>;
  failuresOf: (orderId: string) => Promise<Failure[]>;
  trace: ModuleContext['trace'];
}

/** Adds the calls. */
export const adminRoutes =
  ({ store, settings, failuresOf, trace }: AdminRoutesOptions): Routes =>
  (app) => {
    const { ORDER_CANCEL_WITHIN_MS: withinMs } = settings;

    app.get('/orders', list, async ({ query }, reply) => {
      if (query.format !== 'csv' || query.search !== undefined) return listOrders(store, query);
      return sendCsv(reply, {
        name: 'orders',
        columns: ORDER_COLUMNS,
        rows: everyOrder(store, query),
      });
    });

    app.get('/orders/:orderId', show, async ({ params: { orderId } }) =>
      presentToOperator(await requireOrder(store, orderId, undefined), withinMs),
    );

    app.post('/orders/:orderId/cancel', cancel, async (request, reply) => {
      const { orderId } = request.params;
      const { reason = REASON } = request.body;
      const asked = { orderId, reason, withinMs, trace: traceOf(request) };
      const { before, after } = await cancelOrder(store, asked);
      recordChange(request, {
        target: `orders/${orderId}`,
        before: changedOf(before, withinMs),
        after: changedOf(after, withinMs),
      });
      return reply.code(202).send(presentToOperator(after, withinMs));
    });

    app.get('/orders/:orderId/timeline', showTimeline, ({ params: { orderId } }) =>
      timelineOf(store, failuresOf, { orderId }),
    );

    app.get('/orders/:orderId/waterfall', showWaterfall, async ({ params: { orderId } }) =>
      waterfallOf(trace, await requireOrder(store, orderId, undefined)),
    );
  };

function presentToOperator(order: OrderDocument, withinMs: number): OperatorOrder {
  const { orderStatusCode, since, answers, idempotency, traceparent, revision } = order;
  const { identity } = answers;
  return {
    ...present(order, withinMs),
    statusSince: since.toISOString(),
    waitingFor: waitingFor(orderStatusCode, answers),
    isFinal: stateOf(orderStatusCode).final,
    ...(identity && { identityScore: identity.score }),
    ...(idempotency && { idempotencyKey: idempotency.key }),
    ...(traceparent !== undefined && { traceparent }),
    revision,
  };
}

/** What cancelling changes of an order. */
function changedOf(order: OrderDocument, withinMs: number) {
  const { orderStatusCode, cancellation = null, reason = null } = present(order, withinMs);
  return { orderStatusCode, cancellation, reason };
}
