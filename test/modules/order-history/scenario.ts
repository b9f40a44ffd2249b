/** Events for the handlers of `order-history`. */
import { given, type Given } from '../../../src/bus/index.ts';
import { customerErased } from '../../../modules/gateway/events.ts';
import {
  orderAccepted,
  orderCancelled,
  orderPaid,
  orderPaymentFailed,
  orderPlaced,
  orderPlacedForDelivery,
  orderRefunded,
  orderRefundRequested,
  orderRejected,
} from '../../../modules/orders/events.ts';
import {
  paymentFailed,
  paymentProcessed,
  paymentRefunded,
  paymentRefundFailed,
} from '../../../modules/payments/events.ts';
import type { Scenario } from '../scenario.ts';

const userId = 'alice';
const delivery = {
  method: 'standard',
  methodName: 'Standard',
  price: 100,
  address: { name: 'Eve', line1: '1 Mill Lane', city: 'Ulm', postalCode: '89073', country: 'DE' },
  contact: { email: 'eve@example.com' },
};
const placed = (orderId: string, again = false, by = userId): Given =>
  given(orderPlaced, {
    orderId,
    userId: by,
    currency: 'INR',
    totalAmount: 300,
    items: [
      { productId: 'a', name: 'A', brand: 'Puma', category: 'Shoes', quantity: 2, unitPrice: 100 },
      { productId: 'b', name: 'B', quantity: 1, unitPrice: 100 },
    ],
    ...(again && { again }),
  });
const accepted = (orderId: string): Given =>
  given(orderAccepted, { orderId, orderAmount: '300.00', userId });
const processed = (orderId: string): Given =>
  given(paymentProcessed, { orderId, paymentId: `of ${orderId}`, orderStatusCode: 3, userId });
const paid = (orderId: string): Given =>
  given(orderPaid, { orderId, userId, paymentId: `of ${orderId}` });
const refund = (orderId: string, refundId: string, amount: number, so_far: number): Given =>
  given(paymentRefunded, {
    orderId,
    paymentId: `of ${orderId}`,
    userId,
    refundId,
    amount,
    refundedAmount: so_far,
    orderStatusCode: so_far === 300 ? 4 : 3,
    reason: `because of ${refundId}`,
  });
const failed = (orderId: string, refundId: string, amount: number, so_far: number): Given =>
  given(paymentRefundFailed, {
    orderId,
    paymentId: `of ${orderId}`,
    userId,
    refundId,
    amount,
    refundedAmount: so_far,
    orderStatusCode: 3,
    reason: 'the card is closed',
    seq: 3,
    reopened: 1,
  });

export const scenario: Scenario = {
  events: [
    placed('paid'),
    placed('paid', true),
    accepted('paid'),
    processed('paid'),
    paid('paid'),
    placed('declined'),
    accepted('declined'),
    given(paymentFailed, {
      orderId: 'declined',
      paymentId: 'p',
      orderStatusCode: -3,
      userId,
      reason: 'no money',
    }),
    given(orderPaymentFailed, { orderId: 'declined', userId, paymentId: 'p' }),
    placed('rejected'),
    given(orderRejected, { orderId: 'rejected', userId, reason: 'A: sold out' }),
    // Cancelled while its payment was under way, which is then undone.
    placed('cancelled'),
    accepted('cancelled'),
    given(orderCancelled, { orderId: 'cancelled', userId, reason: 'changed my mind' }),
    processed('cancelled'),
    refund('cancelled', 'undone', 300, 300),
    // Given back in parts, of which one is told twice by different events.
    placed('refunded'),
    accepted('refunded'),
    processed('refunded'),
    paid('refunded'),
    refund('refunded', 'first.$part', 100, 100),
    given(orderRefundRequested, {
      orderId: 'refunded',
      userId,
      paymentId: 'of refunded',
      reason: 'broken',
    }),
    refund('refunded', 'rest', 200, 300),
    refund('refunded', 'rest', 200, 300),
    given(orderRefunded, { orderId: 'refunded', userId, paymentId: 'of refunded', restock: true }),
    // Given back, taken back, and given back anew.
    placed('owed again'),
    paid('owed again'),
    refund('owed again', 'failing', 300, 300),
    given(orderRefunded, { orderId: 'owed again', userId, paymentId: 'p', restock: false }),
    failed('owed again', 'failing', 300, 0),
    refund('owed again', 'good', 300, 300),
    // A customer is erased, and one of the orders is paid after.
    placed('erased', false, 'eve'),
    placed('erased', true, 'eve'),
    placed('open', false, 'eve'),
    given(customerErased, { userId: 'eve', pseudonym: 'nobody' }),
    accepted('erased'),
    paid('erased'),
    // One that is delivered, and is published as one that is not since its customer is erased.
    given(orderPlacedForDelivery, {
      orderId: 'delivered',
      userId: 'eve',
      currency: 'INR',
      totalAmount: 200,
      items: [{ productId: 'a', name: 'A', quantity: 1, unitPrice: 100 }],
      delivery,
    }),
    accepted('delivered'),
    // The tutorial's own, which was never placed here.
    accepted('of the tutorial'),
    processed('of the tutorial'),
  ],
};
