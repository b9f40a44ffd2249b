/** Events for the handlers of `products`. */
import { given, type Given } from '../../../src/bus/index.ts';
import {
  catalogueRequested,
  orderPaid,
  orderPaymentFailed,
  orderPlaced,
  orderRejected,
} from '../../../modules/orders/events.ts';
import type { ProductDocument } from '../../../modules/products/product.ts';
import type { Scenario } from '../scenario.ts';

const userId = 'alice';
const placed = (orderId: string, productId: string, quantity: number): Given =>
  given(orderPlaced, {
    orderId,
    userId,
    currency: 'INR',
    totalAmount: quantity * 100,
    items: [{ productId, name: productId, quantity, unitPrice: 100 }],
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
      soldQty: 0,
      reserved: [],
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
    given(orderPaid, { orderId: 'paid', userId, paymentId: 'p1' }),
    given(orderPaymentFailed, { orderId: 'failed', userId, paymentId: 'p2' }),
    given(orderRejected, { orderId: 'too-many', userId, reason: '' }),
  ],
};
