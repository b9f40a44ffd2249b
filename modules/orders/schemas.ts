/** Orders as HTTP shows and takes them. */
import { Type, type Static } from 'typebox';
import { ContactRequest, DeliveryRequest } from './delivery.ts';
import type { OrderDocument } from './document.ts';
import { Address, Contact, toOrderNumber } from './events.ts';
import { cancellabilityOf } from './order.ts';
import { REASON_CODES, reasonOf, unavailableOf } from './replies.ts';
import { STATES, STATUS } from './states.ts';
import { statusesOf } from './order-events.ts';

/** Lines of one order, and pieces of one product, at most. */
export const MAX_ITEMS = 100;
export const MAX_QUANTITY = 1000;

export const OrderRequest = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          productId: Type.String({ minLength: 1, maxLength: 64 }),
          quantity: Type.Integer({ minimum: 1, maximum: MAX_QUANTITY }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: MAX_ITEMS, description: 'Each product once' },
    ),
    contact: Type.Optional(ContactRequest),
    delivery: Type.Optional(DeliveryRequest),
  },
  {
    additionalProperties: false,
    // Both or neither: an order without them is not delivered.
    dependentRequired: { contact: ['delivery'], delivery: ['contact'] },
  },
);

export type OrderRequest = Static<typeof OrderRequest>;

export const OrderHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'Names the purchase: sent again with the same key, it gives the same order',
    }),
  ),
});

export const OrderParams = Type.Object({ orderId: Type.String({ minLength: 1, maxLength: 64 }) });

export const OrderResponse = Type.Object({
  orderId: Type.String(),
  orderNumber: Type.String({
    description:
      'For people to speak of the order, such as K7QM-3F2R; only the operator finds it by this',
  }),
  userId: Type.String(),
  orderStatusCode: Type.Integer({
    description: Object.values(STATES)
      .map(({ code, title }) => `${code} ${title}`)
      .join(', '),
  }),
  orderAmount: Type.Integer({ description: 'The total, in the smallest unit of the currency' }),
  itemsAmount: Type.Integer({ description: 'What the items cost of it' }),
  currency: Type.String(),
  decimals: Type.Integer({ description: 'Decimals of the currency that amounts count in' }),
  items: Type.Array(
    Type.Object({
      productId: Type.String(),
      name: Type.String(),
      quantity: Type.Integer(),
      unitPrice: Type.Integer({ description: 'In the smallest unit of the currency' }),
    }),
  ),
  contact: Type.Optional(Contact),
  delivery: Type.Optional(
    Type.Object({
      method: Type.String({ description: 'The id of the delivery method' }),
      name: Type.String(),
      price: Type.Integer({ description: 'In the smallest unit of the currency' }),
      address: Type.Optional(Address),
    }),
  ),
  paymentId: Type.Optional(Type.String()),
  refundedAmount: Type.Optional(
    Type.Integer({
      description: 'What was given back so far, in the smallest unit of the currency',
    }),
  ),
  cancellation: Type.Optional(
    Type.Enum(['cancelled', 'refund requested', 'refunded'], {
      description: 'What became of it where the order was cancelled',
    }),
  ),
  reason: Type.Optional(
    Type.String({ description: 'Why the order ended, and what can be done about it' }),
  ),
  reasonCode: Type.Optional(Type.Enum([...REASON_CODES], { description: 'The same for programs' })),
  unavailable: Type.Optional(
    Type.Array(
      Type.Object({
        productId: Type.String(),
        name: Type.String(),
        available: Type.Optional(Type.Integer({ description: 'How many could be ordered' })),
      }),
      { description: 'Of an order that was rejected: the products that there was not enough of' },
    ),
  ),
  cancellable: Type.Boolean({ description: 'Whether its owner can cancel it now' }),
  cancellableUntil: Type.Optional(
    Type.String({ format: 'date-time', description: 'Until when, where that ends' }),
  ),
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
});

export type Order = Static<typeof OrderResponse>;

/** The answer to an order that was placed: it says where the order is. */
export const PlacedResponse = {
  ...OrderResponse,
  headers: { Location: Type.String({ description: 'The path of the order' }) },
};

/** An event of an order, or a delivery of one that failed. */
export const TimelineItem = Type.Object({
  at: Type.String({ format: 'date-time' }),
  kind: Type.Enum(['event', 'retry', 'dead-letter'], {
    description: 'What happened, a step that failed and is tried again, one that was given up',
  }),
  type: Type.Optional(Type.String({ description: 'The type of the event' })),
  eventId: Type.String(),
  stream: Type.String(),
  attempt: Type.Optional(Type.Integer({ description: 'Which delivery of the event it was' })),
});

export type TimelineItem = Static<typeof TimelineItem>;

export const TimelineResponse = Type.Object({
  orderId: Type.String(),
  items: Type.Array(TimelineItem, { description: 'Oldest first' }),
});

export const LastEventId = Type.Object({
  'last-event-id': Type.Optional(
    Type.String({ description: 'The last event that was received; what came after it is sent' }),
  ),
});

/**
 * What its owner may see of an order: not where it came from. It may be cancelled `withinMs` after it was
 * placed, once it is paid.
 */
export function present(order: OrderDocument, withinMs: number): Static<typeof OrderResponse> {
  const { _id: orderId, userId, orderStatusCode, totalAmount, currency, decimals } = order;
  const { items, contact, delivery, answers } = order;
  const { payment, refund, stock } = answers;
  const reported = statusesOf(order).at(-1)?.reason;
  const why = reported === undefined ? undefined : reasonOf(answers, items);
  // What an earlier Millrace has stored names products by their ids.
  const reason = why?.text ?? reported;
  const reasonCode = why?.code;
  const cancellation = cancellationOf(order);
  return {
    orderId,
    orderNumber: toOrderNumber(orderId),
    userId,
    orderStatusCode,
    orderAmount: totalAmount,
    itemsAmount: totalAmount - (delivery?.price ?? 0),
    currency,
    decimals,
    items,
    ...(contact && { contact }),
    ...(delivery && { delivery }),
    ...(payment && { paymentId: payment.paymentId }),
    ...(refund && { refundedAmount: refund.refundedAmount }),
    ...(cancellation && { cancellation }),
    ...(reason !== undefined && { reason }),
    ...(reasonCode && { reasonCode }),
    ...(reasonCode === 'out-of-stock' &&
      stock?.outcome === 'rejected' && { unavailable: unavailableOf(stock, items) }),
    ...presentCancellability(order, withinMs),
    createdAt: order.createdAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
  };
}

function presentCancellability(order: OrderDocument, withinMs: number) {
  if (order.answers.cancel) return { cancellable: false };
  const can = cancellabilityOf(order, { now: new Date(), withinMs });
  if ('refused' in can) return { cancellable: false };
  return { cancellable: true, ...(can.until && { cancellableUntil: can.until.toISOString() }) };
}

function cancellationOf({
  orderStatusCode,
  answers: { cancel },
}: OrderDocument): Static<typeof OrderResponse>['cancellation'] {
  if (!cancel) return undefined;
  if (!cancel.paid) return 'cancelled';
  return orderStatusCode === STATUS.refunded ? 'refunded' : 'refund requested';
}
