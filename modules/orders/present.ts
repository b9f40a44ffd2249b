/** An order as HTTP shows it. */
import type { Static } from 'typebox';
import type { OrderDocument } from './document.ts';
import type { OrderResponse } from './schemas.ts';
import { reasonOf } from './replies.ts';
import { STATUS } from './states.ts';
import { statusesOf } from './timeline.ts';

/** What its owner may see of an order: not where it came from. */
export function present(order: OrderDocument): Static<typeof OrderResponse> {
  const { _id: orderId, userId, orderStatusCode, totalAmount, currency, decimals } = order;
  const { items, answers } = order;
  const { payment, refund } = answers;
  const reason = statusesOf(order).at(-1)?.reason;
  const reasonCode = reason === undefined ? undefined : reasonOf(answers)?.code;
  const cancellation = cancellationOf(order);
  return {
    orderId,
    userId,
    orderStatusCode,
    orderAmount: totalAmount,
    currency,
    decimals,
    items,
    ...(payment && { paymentId: payment.paymentId }),
    ...(refund && { refundedAmount: refund.refundedAmount }),
    ...(cancellation && { cancellation }),
    ...(reason !== undefined && { reason }),
    ...(reasonCode && { reasonCode }),
    createdAt: order.createdAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
  };
}

function cancellationOf({
  orderStatusCode,
  answers: { cancel },
}: OrderDocument): Static<typeof OrderResponse>['cancellation'] {
  if (!cancel) return undefined;
  if (!cancel.paid) return 'cancelled';
  return orderStatusCode === STATUS.refunded ? 'refunded' : 'refund requested';
}
