/** Orders as HTTP shows and takes them. */
import { Type, type Static } from 'typebox';

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
  },
  { additionalProperties: false },
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
  userId: Type.String(),
  orderStatusCode: Type.Integer({
    description: '1 created, 2 payment initiated, 3 paid, -1 rejected, -3 payment failed',
  }),
  orderAmount: Type.Integer({ description: 'The total, in the smallest unit of the currency' }),
  currency: Type.String(),
  items: Type.Array(
    Type.Object({
      productId: Type.String(),
      name: Type.String(),
      quantity: Type.Integer(),
      unitPrice: Type.Integer({ description: 'In the smallest unit of the currency' }),
    }),
  ),
  paymentId: Type.Optional(Type.String()),
  reason: Type.Optional(Type.String({ description: 'Why the order ended without a payment' })),
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
});
