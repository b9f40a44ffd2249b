/** Events for the handlers of `payments`. */
import { given } from '../../../src/bus/index.ts';
import { customerErased } from '../../../modules/gateway/events.ts';
import {
  orderAccepted,
  orderCancelled,
  orderRefundRequested,
  orderRejected,
} from '../../../modules/orders/events.ts';
import type { PaymentDocument } from '../../../modules/payments/document.ts';
import type { Scenario } from '../scenario.ts';

const userId = 'alice';
const reason = 'as it came';
const at = new Date(0);

/** A payment of 100 for the order of the same name. */
function payment(orderId: string, fields: Partial<PaymentDocument>): PaymentDocument {
  return {
    _id: `payment-${orderId}`,
    orderId,
    userId,
    amount: 100,
    currency: 'INR',
    status: 'processed',
    provider: 'simulated',
    revision: 1,
    createdAt: at,
    updatedAt: at,
    outbox: [],
    ...fields,
  };
}

const accepted = (orderId: string, amount = 100) =>
  given(orderAccepted, { orderId, orderAmount: `${amount}.00`, userId });
const rejected = (orderId: string) => given(orderRejected, { orderId, userId, reason });
const cancelled = (orderId: string) => given(orderCancelled, { orderId, userId, reason });
const refundRequested = (orderId: string) =>
  given(orderRefundRequested, { orderId, userId, reason, paymentId: `payment-${orderId}` });

export const scenario: Scenario = {
  before: async ({ db }) => {
    const ended = { at };
    await db.collection<PaymentDocument>('payments').insertMany([
      payment('paid, then cancelled', { ended }),
      payment('paid, then rejected', { ended }),
      payment('paid, then to be refunded', { ended }),
      payment('partly refunded', {
        ended,
        refunds: [
          { refundId: 'r1', amount: 40, reason, status: 'done', at, key: 'k', refundedAmount: 40 },
        ],
      }),
      payment('held', { status: 'authorised', nextAt: at, reference: 'held' }),
      payment('waiting', { status: 'pending', nextAt: at, reference: 'waiting' }),
      payment('declined', { status: 'failed', ended: { at, reason } }),
    ]);
  },
  events: [
    ...[1, 2, 3, 2_000_000].map((amount) => accepted(`order of ${amount}`, amount)),
    // Orders that ended before they came to a payment.
    rejected('never accepted'),
    cancelled('never paid'),
    accepted('paid, then cancelled'),
    cancelled('paid, then cancelled'),
    accepted('paid, then rejected'),
    rejected('paid, then rejected'),
    accepted('paid, then to be refunded'),
    refundRequested('paid, then to be refunded'),
    refundRequested('partly refunded'),
    accepted('held'),
    cancelled('held'),
    rejected('waiting'),
    accepted('waiting'),
    cancelled('declined'),
    accepted('declined'),
    // A customer is erased, before or after the orders come to be paid.
    ...['erased', 'erased too'].map((orderId) =>
      given(orderAccepted, { orderId, orderAmount: '100.00', userId: 'eve' }),
    ),
    given(customerErased, { userId: 'eve', pseudonym: 'nobody' }),
  ],
};
