/** A payment as HTTP shows it. */
import type { PaymentDocument } from './payment.ts';
import { refundedOf, type Refund } from './refund.ts';
import type { OperatorPayment, Payment, RefundShown } from './schemas.ts';

/** As its buyer sees it. */
export function present(payment: PaymentDocument): Payment {
  const { status, action, undo } = payment;
  const { clientSecret } = action ?? {};
  return {
    ...common(payment),
    ...(status === 'pending' && !undo && clientSecret && { action: { clientSecret } }),
  };
}

/** As the operator sees it. */
export function presentToOperator(payment: PaymentDocument): OperatorPayment {
  const { _id: paymentId, reference, undo, ended, nextAt, refunds = [] } = payment;
  return {
    ...common(payment),
    ...(reference !== undefined && { reference }),
    ...(undo && { undo: undo.reason }),
    ...(nextAt && { nextAt: nextAt.toISOString() }),
    ...(ended && { endedAt: ended.at.toISOString() }),
    refunds: refunds.map((refund) => presentRefund(paymentId, refund)),
  };
}

export function presentRefund(
  paymentId: string,
  { refundId, amount, reason, status, failure, at, undone }: Refund,
): RefundShown {
  return {
    refundId,
    paymentId,
    amount,
    reason,
    status,
    ...(failure !== undefined && { failure }),
    at: (undone?.at ?? at).toISOString(),
  };
}

function common(payment: PaymentDocument) {
  const { _id: paymentId, orderId, userId, amount, currency, decimals } = payment;
  const { status, provider, ended } = payment;
  return {
    paymentId,
    orderId,
    userId,
    amount,
    currency,
    ...(decimals !== undefined && { decimals }),
    status,
    provider,
    refundedAmount: status === 'processed' ? refundedOf(payment) : 0,
    ...(ended?.reason !== undefined && { reason: ended.reason }),
    createdAt: payment.createdAt.toISOString(),
  };
}
