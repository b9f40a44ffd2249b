/** The history as HTTP shows it and is asked for it. */
import { Type, type Static } from 'typebox';
import { Nullable, wantsSession } from '#host';
import { STEPS } from './status.ts';

export const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
const orderId = Type.String({ minLength: 1, maxLength: 128 });
const time = Type.String({ format: 'date-time' });
const amount = (description: string) =>
  Type.Integer({ description: `${description}, in the smallest unit of the currency` });

const order = {
  orderId: Type.String(),
  orderNumber: Type.String({ description: 'For people to speak of the order; no key' }),
  orderStatusCode: Type.Integer({
    description:
      '1 created, 2 payment initiated, 3 paid, 4 refunded, -1 rejected, -2 cancelled, -3 payment failed',
  }),
  orderAmount: amount('The total, with the delivery'),
  currency: Type.String(),
  decimals: Type.Optional(
    Type.Integer({ description: 'Decimals of the currency that amounts count in' }),
  ),
  items: Type.Array(
    Type.Object({
      productId: Type.String(),
      name: Type.String(),
      brand: Type.Optional(Type.String()),
      category: Type.Optional(Type.String()),
      quantity: Type.Integer(),
      unitPrice: amount('As it was when the order was placed'),
    }),
  ),
  placedAt: time,
  steps: Type.Array(
    Type.Object({
      step: Type.Enum(STEPS.map(({ step }) => step)),
      at: time,
    }),
    { description: 'What has happened, in the order of time' },
  ),
  reason: Type.Optional(Type.String({ description: 'Why it was rejected, cancelled or not paid' })),
  paymentId: Type.Optional(Type.String()),
  refundedAmount: amount('What was given back so far'),
  refunds: Type.Array(
    Type.Object({
      refundId: Type.String(),
      amount: amount('Of this refund'),
      reason: Type.String(),
      at: time,
      failure: Type.Optional(
        Type.String({ description: 'Why it failed after all, so that its amount is owed again' }),
      ),
    }),
  ),
};

const Order = Type.Object(order);
export type Order = Static<typeof Order>;
const OperatorOrder = Type.Object({ ...order, userId: Type.String() });
export type OperatorOrder = Static<typeof OperatorOrder>;

const pages = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_LIMIT, description: `Default: ${DEFAULT_LIMIT}` }),
  ),
  cursor: Type.Optional(
    Type.String({ maxLength: 512, description: 'nextCursor of the page before' }),
  ),
};
const nextCursor = Nullable(Type.String(), {
  description: 'Where the next page begins; null: this is the last',
});

const OrderPage = Type.Object({ items: Type.Array(Order), nextCursor });
export type OrderPage = Static<typeof OrderPage>;

export const listSchema = {
  summary: "The caller's orders, newest first",
  security: wantsSession,
  querystring: Type.Object(pages, { additionalProperties: false }),
  response: { 200: OrderPage },
};

export const orderSchema = {
  summary: 'An order of the caller, with all that has happened to it',
  security: wantsSession,
  params: Type.Object({ orderId }),
  response: { 200: Order },
};

export const operatorListSchema = {
  summary: 'Orders, newest first: of all, of one user, or one of them',
  querystring: Type.Object(
    {
      ...pages,
      userId: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
      orderId: Type.Optional(orderId),
    },
    { additionalProperties: false },
  ),
  response: { 200: Type.Object({ items: Type.Array(OperatorOrder), nextCursor }) },
};
