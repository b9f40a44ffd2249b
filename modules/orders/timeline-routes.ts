/** The timeline of an order over HTTP, for its owner and for the operator. */
import {
  callerOf,
  problemResponses,
  toIso,
  wantsSession,
  type Failure,
  type ModuleContext,
  type Routes,
} from '#host';
import { unknownOrder } from './cancelling.ts';
import type { OrderDocument } from './order.ts';
import { OperatorTimelineResponse, OrderParams, TimelineResponse } from './schemas.ts';
import { findOrder, findOrders } from './store.ts';

export const timelineRoutes: Routes = (app, context) => {
  app.get(
    '/orders/:orderId/timeline',
    {
      schema: {
        summary: 'Every event of an order of the caller, and every step that had to be repeated',
        security: wantsSession,
        params: OrderParams,
        response: { 200: TimelineResponse, ...problemResponses },
      },
    },
    async (request) => {
      const order = await findOrder(context, request.params.orderId, callerOf(request));
      if (!order) throw unknownOrder();
      // Their schema leaves out what only the operator may see.
      return timelineOf(context, order);
    },
  );
};

export const operatorTimelineRoutes: Routes = (app, context) => {
  app.get(
    '/orders/:orderId/timeline',
    {
      schema: {
        summary: 'Every event, failed attempt and dead letter of an order',
        params: OrderParams,
        response: { 200: OperatorTimelineResponse, ...problemResponses },
      },
    },
    async ({ params: { orderId } }) => {
      const order = await findOrders(context, [orderId]).next();
      if (!order) throw unknownOrder();
      return timelineOf(context, order);
    },
  );
};

/** The events that the order remembers, and what failed on their way in any module. */
async function timelineOf(context: ModuleContext, { _id: orderId, timeline }: OrderDocument) {
  const failures = await context.failuresOf(orderId);
  const items = [
    ...timeline.map(({ type, eventId, at, stream }) => ({
      at,
      kind: 'event' as const,
      type,
      eventId,
      stream,
    })),
    ...failures.map(itemOf),
  ];
  return {
    orderId,
    items: items.toSorted((a, b) => a.at - b.at).map((item) => ({ ...item, at: toIso(item.at) })),
  };
}

function itemOf({ outcome, ...failure }: Failure) {
  const kind = outcome === 'retried' ? ('retry' as const) : ('dead-letter' as const);
  return { kind, ...failure };
}
