/** Orders of long ago, as the documents of `orders` and `payments` hold them: all paid. */
import type { TestHost } from '../../support.ts';

/** Documents that are written at a time. */
const PART = 5000;

/** Writes so many paid orders down, each with its payment; nothing is published. */
export async function rememberPaidOrders(host: TestHost, count: number): Promise<void> {
  const orders = host.context('orders').db.collection<{ _id: string }>('orders');
  const payments = host.context('payments').db.collection<{ _id: string }>('payments');
  for (let from = 0; from < count; from += PART) {
    const numbers = Array.from({ length: Math.min(PART, count - from) }, (_, i) => from + i);
    await orders.insertMany(numbers.map(orderDocument));
    await payments.insertMany(numbers.map(paymentDocument));
  }
}

const FROM = Date.UTC(2026, 0, 1);
const idOf = (number: number): string => `old-${String(number).padStart(6, '0')}`;
const amountOf = (number: number): number => 100 * (1 + (number % 3));

function orderDocument(number: number) {
  const at = new Date(FROM + number * 100);
  return {
    _id: idOf(number),
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
    orderStatusCode: 3,
    answers: {
      stock: { outcome: 'reserved' },
      payment: { outcome: 'processed', paymentId: `payment-${idOf(number)}` },
    },
    revision: 3,
    createdAt: at,
    updatedAt: at,
    outbox: [],
  };
}

function paymentDocument(number: number) {
  const at = new Date(FROM + number * 100);
  return {
    _id: `payment-${idOf(number)}`,
    orderId: idOf(number),
    userId: `user-${number % 997}`,
    amount: amountOf(number),
    currency: 'INR',
    status: 'processed',
    provider: 'simulated',
    createdAt: at,
    updatedAt: at,
    outbox: [],
  };
}
