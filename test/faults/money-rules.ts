/** The invariants of the money: one payment an order, the right sums, and every refund booked. */
import type { PaymentDocument } from '../../modules/payments/document.ts';
import type { Ledger } from './ledger.ts';
import { CANCELLED, DECLINED, PAID, REFUNDED, REJECTED, type Rule } from './violation.ts';

export const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** What was given back of a payment. */
const refunded = ({ refunds = [] }: PaymentDocument): number =>
  sum(refunds.filter(({ status }) => status === 'done').map(({ amount }) => amount));

const took = ({ status }: PaymentDocument): boolean => status === 'processed';

/** What the payment of an order that ended so must look like. */
const FITS: Record<number, (payment: PaymentDocument | undefined) => boolean> = {
  [PAID]: (payment) => payment !== undefined && took(payment) && refunded(payment) < payment.amount,
  [REFUNDED]: (payment) =>
    payment !== undefined && took(payment) && refunded(payment) === payment.amount,
  [DECLINED]: (payment) => payment?.status === 'failed',
  [REJECTED]: isUndone,
  [CANCELLED]: isUndone,
};

/** Nothing was taken, or all of it was given back. */
function isUndone(payment: PaymentDocument | undefined): boolean {
  return payment === undefined || !took(payment) || refunded(payment) === payment.amount;
}

const onePayment: Rule = {
  name: 'one-payment-an-order',
  promise: 'An order has one payment at most, which fits how the order ended.',
  *broken({ orders, paymentsOf }) {
    for (const [orderId, payments] of paymentsOf)
      if (!orders.has(orderId))
        yield { detail: `payment ${payments[0]!._id} is for no order`, orderId };
    for (const { _id: orderId, orderStatusCode, answers } of orders.values()) {
      const payments = paymentsOf.get(orderId) ?? [];
      const [payment] = payments;
      const paidBy = answers.payment?.paymentId ?? payment?._id;
      const right = FITS[orderStatusCode]?.(payment) ?? true;
      if (right && payments.length <= 1 && payment?._id === paidBy) continue;
      const shown = payments.map((one) => `${one._id} ${one.status} -${refunded(one)}`).join(', ');
      yield {
        detail: `order ${orderId} stands at ${orderStatusCode}, payments: ${shown || 'none'}`,
        orderId,
      };
    }
  },
};

const takings: Rule = {
  name: 'takings-match-sales',
  promise: 'What was taken, less what was given back, is what the paid orders cost, less the same.',
  *broken({ orders, payments }) {
    const sold = [...orders.values()].filter(({ orderStatusCode }) => orderStatusCode === PAID);
    const cost = sum(
      sold.map((order) => order.totalAmount - (order.answers.refund?.refundedAmount ?? 0)),
    );
    const taken = sum(payments.filter(took).map((payment) => payment.amount - refunded(payment)));
    if (taken !== cost) yield { detail: `${taken} was taken and kept, paid orders cost ${cost}` };
  },
};

const refundsBooked: Rule = {
  name: 'refunds-are-booked-once',
  promise:
    'Each refund that was answered is given once, and its order says the same as its payment.',
  *broken(ledger) {
    for (const { key, refundIds } of ledger.purchases)
      if (refundIds.size > 1) yield { detail: `${key} made refunds ${[...refundIds].join(', ')}` };
    const given = new Set(
      ledger.payments.flatMap(({ refunds = [] }) =>
        refunds.filter(({ status }) => status === 'done').map(({ refundId }) => refundId),
      ),
    );
    for (const { key, refundIds } of ledger.purchases)
      for (const refundId of refundIds)
        if (!given.has(refundId)) yield { detail: `refund ${refundId} of ${key} was not given` };
    yield* unequal(ledger);
  },
};

function* unequal({ orders, paymentsOf }: Ledger) {
  for (const { _id: orderId, answers } of orders.values()) {
    const booked = answers.refund?.refundedAmount ?? 0;
    const paid = sum((paymentsOf.get(orderId) ?? []).map(refunded));
    if (booked !== paid)
      yield { detail: `order ${orderId} was refunded ${booked}, its payment ${paid}`, orderId };
  }
}

export const moneyRules: readonly Rule[] = [onePayment, takings, refundsBooked];
