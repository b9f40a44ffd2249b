/** Events for the handlers of `orders`. */
import { given } from '../../../src/bus/index.ts';
import type { OrderDocument } from '../../../modules/orders/order.ts';
import { paymentFailed, paymentProcessed } from '../../../modules/payments/events.ts';
import {
  catalogueSent,
  productUpdated,
  stockRejected,
  stockReserved,
} from '../../../modules/products/events.ts';
import type { Scenario } from '../scenario.ts';

const userId = 'alice';

export const scenario: Scenario = {
  before: async ({ db }) => {
    const now = new Date(0);
    await db.collection<OrderDocument>('orders').insertMany(
      ['paid', 'failed', 'rejected', 'waiting'].map((_id) => ({
        _id,
        userId,
        items: [],
        totalAmount: 100,
        currency: 'INR',
        decimals: 0,
        orderStatusCode: 1,
        answers: {},
        revision: 1,
        createdAt: now,
        updatedAt: now,
        outbox: [],
      })),
    );
  },
  events: [
    ...[1, 2, 3].map((version) =>
      given(productUpdated, {
        productId: 'a',
        version,
        name: `Name ${version}`,
        brand: '',
        category: '',
        price: version,
        currency: 'INR',
      }),
    ),
    given(productUpdated, {
      productId: 'b',
      version: 7,
      name: 'B',
      brand: '',
      category: '',
      price: 7,
      currency: 'INR',
    }),
    given(catalogueSent, { requestId: 'request', products: 2 }),
    given(stockReserved, { orderId: 'paid' }),
    given(stockReserved, { orderId: 'failed' }),
    given(stockReserved, { orderId: 'waiting' }),
    given(stockReserved, { orderId: 'of the tutorial' }),
    given(stockRejected, { orderId: 'rejected', productIds: ['a'] }),
    given(paymentProcessed, { orderId: 'paid', paymentId: 'p1', orderStatusCode: 3, userId }),
    given(paymentFailed, { orderId: 'failed', paymentId: 'p2', orderStatusCode: -3, userId }),
  ],
};
