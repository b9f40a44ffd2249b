/** What `products` publishes: the catalogue as it changes, and the answers to placed orders. */
import { Type } from 'typebox';
import { defineEvent } from '#host';

export const PRODUCTS_STREAM = 'PRODUCTS_STREAM';

const stream = PRODUCTS_STREAM;

/** A product as it is now; a higher `version` replaces a lower one, whatever comes first. */
export const productUpdated = defineEvent({
  stream,
  type: 'product.updated',
  v: 1,
  key: 'productId',
  data: {
    productId: Type.String({ minLength: 1, maxLength: 64 }),
    version: Type.Integer({ minimum: 1 }),
    name: Type.String(),
    brand: Type.String(),
    category: Type.String(),
    price: Type.Integer({ minimum: 0, description: 'In the smallest unit of the currency' }),
    currency: Type.String(),
    decimals: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'Decimals of the currency that the price counts in',
      }),
    ),
    archived: Type.Optional(
      Type.Boolean({ description: 'Set while the operator has taken it out of the shop' }),
    ),
  },
});

/** The whole catalogue has been published again, as somebody had asked with `catalogue.requested`. */
export const catalogueSent = defineEvent({
  stream,
  type: 'catalogue.sent',
  v: 1,
  key: 'requestId',
  data: {
    requestId: Type.String(),
    products: Type.Integer({ minimum: 0, description: 'How many products there were' }),
  },
});

/** Every line of the order is reserved for it. */
export const stockReserved = defineEvent({
  stream,
  type: 'stock.reserved',
  v: 1,
  key: 'orderId',
  data: {
    orderId: Type.String(),
    again: Type.Optional(
      Type.Boolean({
        description: 'Set where the end of the order has not come: it is to be told again',
      }),
    ),
  },
});

/** No line of the order is reserved, since some product has not enough. */
export const stockRejected = defineEvent({
  stream,
  type: 'stock.rejected',
  v: 1,
  key: 'orderId',
  data: {
    orderId: Type.String(),
    productIds: Type.Array(Type.String(), { description: 'The products that have not enough' }),
    available: Type.Optional(
      Type.Array(
        Type.Object({ productId: Type.String(), quantity: Type.Integer({ minimum: 0 }) }),
        { description: 'How many of each of them could be ordered' },
      ),
    ),
  },
});

/** The operator has changed what there is of a product. */
export const stockChanged = defineEvent({
  stream,
  type: 'stock.changed',
  v: 1,
  key: 'productId',
  data: {
    productId: Type.String(),
    change: Type.Integer({ description: 'Pieces that came, or went where it is negative' }),
    stockQty: Type.Integer({ minimum: 0, description: 'What can be ordered since' }),
    reason: Type.Optional(Type.String()),
  },
});

/** Little is left of a product: an order or the operator has taken it to the threshold or below. */
export const stockLow = defineEvent({
  stream,
  type: 'stock.low',
  v: 1,
  key: 'productId',
  data: {
    productId: Type.String(),
    stockQty: Type.Integer({ minimum: 0 }),
    threshold: Type.Integer({ minimum: 0 }),
  },
});
