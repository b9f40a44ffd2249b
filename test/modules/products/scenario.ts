/** Events for the handlers of `products`. */
import { given, type Given } from '../../../src/bus/index.ts';
import {
  catalogueRequested,
  orderCancelled,
  orderPaid,
  orderPaymentFailed,
  orderPlaced,
  orderPlacedForDelivery,
  orderRefunded,
  orderRejected,
} from '../../../modules/orders/events.ts';
import { productUpdated, stockChanged, stockLow } from '../../../modules/products/events.ts';
import type { ProductDocument } from '../../../modules/products/catalogue/product.ts';
import type { Scenario } from '../scenario.ts';

const userId = 'alice';
const paymentId = 'p1';
const placed = (orderId: string, productId: string, quantity: number): Given =>
  given(orderPlaced, {
    orderId,
    userId,
    currency: 'INR',
    totalAmount: quantity * 100,
    items: [{ productId, name: productId, quantity, unitPrice: 100 }],
  });

const toDeliver = (orderId: string, productId: string, quantity: number): Given =>
  given(orderPlacedForDelivery, {
    orderId,
    userId,
    currency: 'INR',
    totalAmount: quantity * 100 + 50,
    items: [{ productId, name: productId, quantity, unitPrice: 100 }],
    delivery: {
      method: 'standard',
      methodName: 'Standard',
      price: 50,
      address: { name: 'A', line1: '1 Mill Lane', city: 'Ulm', postalCode: '1', country: 'DE' },
      contact: { email: 'a@example.com' },
    },
  });

export const scenario: Scenario = {
  before: async ({ db }) => {
    const stock = {
      version: 1,
      name: '',
      brand: '',
      category: '',
      price: 100,
      currency: 'INR',
      stockQty: 100,
      takenQty: 0,
    };
    await db
      .collection<Partial<ProductDocument> & { _id: string }>('products')
      .insertMany(['a', 'b'].map((_id) => ({ _id, ...stock })));
  },
  events: [
    given(catalogueRequested, { requestId: 'request' }),
    placed('paid', 'a', 2),
    placed('failed', 'a', 3),
    placed('open', 'b', 5),
    placed('too-many', 'b', 1000),
    placed('cancelled', 'a', 7),
    placed('refunded', 'a', 11),
    placed('kept', 'a', 13),
    placed('contradictory', 'b', 17),
    toDeliver('delivered', 'a', 19),
    toDeliver('delivered and paid', 'b', 23),
    given(orderPaid, { orderId: 'delivered and paid', userId, paymentId }),
    given(orderPaid, { orderId: 'paid', userId, paymentId }),
    given(orderPaymentFailed, { orderId: 'failed', userId, paymentId }),
    given(orderRejected, { orderId: 'too-many', userId, reason: '' }),
    given(orderCancelled, { orderId: 'cancelled', userId, reason: '' }),
    given(orderPaid, { orderId: 'refunded', userId, paymentId }),
    given(orderRefunded, { orderId: 'refunded', userId, paymentId, restock: true }),
    given(orderPaid, { orderId: 'kept', userId, paymentId }),
    given(orderRefunded, { orderId: 'kept', userId, paymentId, restock: false }),
    // No order ends in so many ways; but if one did, its stock would be the same in any order.
    given(orderPaid, { orderId: 'contradictory', userId, paymentId }),
    given(orderCancelled, { orderId: 'contradictory', userId, reason: '' }),
    given(orderRefunded, { orderId: 'contradictory', userId, paymentId, restock: true }),
    given(orderRefunded, { orderId: 'too-many', userId, paymentId, restock: true }),
    given(productUpdated, {
      productId: 'a',
      version: 1,
      name: '',
      brand: '',
      category: '',
      price: 100,
      currency: 'INR',
    }),
    given(stockChanged, { productId: 'a', change: 1, stockQty: 1 }),
    given(stockLow, { productId: 'b', stockQty: 1, threshold: 5 }),
  ],
};
