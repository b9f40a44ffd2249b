/** What `payments` publishes: the tutorial's own entries, one for each outcome. */
import { Type } from 'typebox';
import { defineEvent } from '#host';

export const PAYMENTS_STREAM = 'PAYMENTS_STREAM';

const stream = PAYMENTS_STREAM;
const orderId = Type.String({ minLength: 1, maxLength: 128 });
const paymentId = Type.String({ minLength: 1, maxLength: 128 });
const userId = Type.String({ minLength: 1, maxLength: 128 });

/** The money for the order was taken. */
export const paymentProcessed = defineEvent({
  stream,
  type: 'payment.processed',
  v: 1,
  key: 'orderId',
  data: { orderId, paymentId, orderStatusCode: Type.Literal(3), userId },
  untyped: ({ orderStatusCode }) => orderStatusCode !== '-3',
});

/** The provider declined; nothing was taken. */
export const paymentFailed = defineEvent({
  stream,
  type: 'payment.failed',
  v: 1,
  key: 'orderId',
  data: {
    orderId,
    paymentId,
    orderStatusCode: Type.Literal(-3),
    userId,
    reason: Type.Optional(Type.String()),
  },
  untyped: ({ orderStatusCode }) => orderStatusCode === '-3',
});

const seq = Type.Integer({
  minimum: 1,
  description: 'Counts the changes of what was given back of a payment: the highest one holds',
});
const reopened = Type.Integer({
  minimum: 0,
  description: 'How often all was given back before, and then was not any more',
});

/** Money was given back: some of a payment, or all of it. */
export const paymentRefunded = defineEvent({
  stream,
  type: 'payment.refunded',
  v: 1,
  key: 'orderId',
  data: {
    orderId,
    paymentId,
    userId,
    refundId: Type.String(),
    amount: Type.Integer({ minimum: 1, description: 'In the smallest unit of the currency' }),
    refundedAmount: Type.Integer({
      minimum: 1,
      description: 'All that was given back so far, this refund included',
    }),
    orderStatusCode: Type.Union([Type.Literal(3), Type.Literal(4)], {
      description: '4 when all is given back, else 3: still paid',
    }),
    reason: Type.String(),
    seq: Type.Optional(seq),
    reopened: Type.Optional(reopened),
  },
});

/** A refund that was published as given back has failed after all: its money is owed again. */
export const paymentRefundFailed = defineEvent({
  stream,
  type: 'payment.refund_failed',
  v: 1,
  key: 'orderId',
  data: {
    orderId,
    paymentId,
    userId,
    refundId: Type.String(),
    amount: Type.Integer({ minimum: 1, description: 'Of this refund' }),
    refundedAmount: Type.Integer({
      minimum: 0,
      description: 'All that is given back now, this refund not included',
    }),
    orderStatusCode: Type.Literal(3, { description: 'The order is paid, and not refunded' }),
    reason: Type.String({ description: 'Why it failed' }),
    seq,
    reopened,
  },
});
