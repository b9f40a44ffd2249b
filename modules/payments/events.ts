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
