/** An order as HTTP shows it. */
import type { Static } from 'typebox';
import { reasonOf, type OrderDocument } from './order.ts';
import type { OrderResponse } from './schemas.ts';

export function present(order: OrderDocument): Static<typeof OrderResponse> {
  const { _id: orderId, userId, orderStatusCode, totalAmount, currency, items, answers } = order;
  return {
    orderId,
    userId,
    orderStatusCode,
    orderAmount: totalAmount,
    currency,
    items,
    ...(answers.payment && { paymentId: answers.payment.paymentId }),
    ...(answers.stock?.outcome === 'rejected' && { reason: reasonOf(answers) }),
    createdAt: order.createdAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
  };
}
