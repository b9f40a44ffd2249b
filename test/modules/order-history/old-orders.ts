/** Orders of long ago, as the documents of `orders` and `payments` hold them: all paid, some given back. */
import { ORDERS_STREAM } from '../../../modules/orders/events.ts';
import type { OrderDocument } from '../../../modules/orders/document.ts';
import type { PaymentDocument } from '../../../modules/payments/document.ts';
import type { TestHost } from '../../support.ts';

/** Documents that are written at a time. */
const PART = 5000;

/** Writes so many orders down, each with its payment; nothing is published. */
export async function rememberPaidOrders(host: TestHost, count: number): Promise<void> {
  const orders = host.context('orders').db.collection<OrderDocument>('orders');
  const payments = host.context('payments').db.collection<PaymentDocument>('payments');
  for (let from = 0; from < count; from += PART) {
    const numbers = Array.from({ length: Math.min(PART, count - from) }, (_, i) => from + i);
    await orders.insertMany(numbers.map(orderDocument));
    await payments.insertMany(numbers.map(paymentDocument));
  }
}

const FROM = Date.UTC(2026, 0, 1);
/** Every so many orders one was given back. */
const GIVEN_BACK = 10;
const idOf = (number: number): string => `old-${String(number).padStart(6, '0')}`;
const amountOf = (number: number): number => 100 * (1 + (number % 3));
const atOf = (number: number): number => FROM + number * 100;
const isGivenBack = (number: number): boolean => number % GIVEN_BACK === 0;

function orderDocument(number: number): OrderDocument {
  const [orderId, at] = [idOf(number), atOf(number)];
  const paymentId = `payment-${orderId}`;
  const types = ['order.placed', 'order.accepted', 'order.paid'];
  if (isGivenBack(number)) types.push('order.refunded');
  const timeline = types.map((type, i) => ({
    type,
    eventId: `${orderId}-${type}`,
    at: at + i,
    stream: ORDERS_STREAM,
  }));
  return {
    _id: orderId,
    userId: `user-${number % 997}`,
    items: [
      {
        productId: `product-${number % 131}`,
        name: `Product ${number % 131}`,
        quantity: 1 + (number % 3),
        unitPrice: 100,
      },
    ],
    totalAmount: amountOf(number),
    currency: 'INR',
    decimals: 0,
    orderStatusCode: isGivenBack(number) ? 4 : 3,
    since: new Date(at),
    answers: {
      stock: { outcome: 'reserved' },
      identity: { outcome: 'accepted', score: 1 },
      payment: { outcome: 'processed', paymentId },
      ...(isGivenBack(number) && {
        refund: { refundedAmount: amountOf(number), full: true },
      }),
    },
    timeline,
    revision: timeline.length,
    createdAt: new Date(at),
    updatedAt: new Date(at),
    outbox: [],
  };
}

function paymentDocument(number: number): PaymentDocument {
  const [orderId, at] = [idOf(number), new Date(atOf(number))];
  const amount = amountOf(number);
  return {
    _id: `payment-${orderId}`,
    orderId,
    userId: `user-${number % 997}`,
    amount,
    currency: 'INR',
    status: 'processed',
    provider: 'simulated',
    ended: { at },
    ...(isGivenBack(number) && {
      refunds: [
        {
          refundId: `refund-${orderId}`,
          amount,
          reason: 'The buyer was not happy',
          status: 'done' as const,
          at,
          refundedAmount: amount,
        },
      ],
    }),
    revision: 2,
    createdAt: at,
    updatedAt: at,
    outbox: [],
  };
}
