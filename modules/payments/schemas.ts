/** Payments as HTTP shows and takes them. */
import { Type, type Static } from 'typebox';
import { csvQuery } from '#host';
import type { PaymentDocument, Refund } from './document.ts';
import { refundedOf } from './refund.ts';

const time = (description: string) => Type.String({ format: 'date-time', description });
const money = (description: string) =>
  Type.Integer({ description: `${description}, in the smallest unit of the currency` });

const STATUSES = [
  'initiated',
  'pending',
  'authorised',
  'processed',
  'failed',
  'cancelled',
] as const;
const Status = Type.Enum(STATUSES, {
  description:
    'initiated; pending: it waits for the buyer; authorised: the money is held; processed; failed; cancelled',
});

const shared = {
  paymentId: Type.String(),
  orderId: Type.String(),
  userId: Type.String(),
  amount: money('What is to be paid'),
  currency: Type.String({ description: 'By ISO 4217' }),
  decimals: Type.Optional(
    Type.Integer({ description: 'Decimals of the currency that amounts count in' }),
  ),
  status: Status,
  provider: Type.String(),
  refundedAmount: money('What was given back so far'),
  reason: Type.Optional(Type.String({ description: 'Why nothing was taken' })),
  createdAt: time('When it was begun'),
};

export const ProviderResponse = Type.Object({
  provider: Type.Enum(['simulated', 'stripe']),
  publishableKey: Type.Optional(
    Type.String({ description: "Stripe's, where STRIPE_PUBLISHABLE_KEY is set" }),
  ),
});

/** As its buyer sees it. */
export const PaymentResponse = Type.Object({
  ...shared,
  action: Type.Optional(
    Type.Object(
      { clientSecret: Type.String() },
      { description: "What the provider's page needs to go on, while the payment is pending" },
    ),
  ),
});

export const RefundResponse = Type.Object({
  refundId: Type.String(),
  paymentId: Type.String(),
  amount: money('What is given back'),
  reason: Type.String(),
  status: Type.Enum(['requested', 'done', 'failed']),
  failure: Type.Optional(Type.String({ description: 'Why the provider did not give back' })),
  at: time('When it was requested, or ended'),
});

/** As the operator sees it. */
export const OperatorPayment = Type.Object({
  ...shared,
  reference: Type.Optional(Type.String({ description: "The provider's own name for it" })),
  undo: Type.Optional(Type.String({ description: 'Why its order was undone' })),
  refunds: Type.Array(RefundResponse),
  nextAt: Type.Optional(time('When the provider is asked next, while something is open')),
  endedAt: Type.Optional(time('When it was taken, or was not')),
});

export type Provider = Static<typeof ProviderResponse>;
export type Payment = Static<typeof PaymentResponse>;
export type OperatorPayment = Static<typeof OperatorPayment>;
export type RefundShown = Static<typeof RefundResponse>;

export const PaymentParams = Type.Object({
  paymentId: Type.String({ minLength: 1, maxLength: 64 }),
});

export const RefundBody = Type.Object(
  {
    amount: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'In the smallest unit; by default all that is left',
      }),
    ),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  },
  { additionalProperties: false },
);

export const RefundHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'Names the refund: sent again with the same key, it gives the same refund',
    }),
  ),
});

const id = Type.String({ minLength: 1, maxLength: 128 });

/** Which payments are listed. */
export const PageQuery = Type.Object(
  {
    status: Type.Optional(Status),
    search: Type.Optional(
      Type.String({
        pattern: '^[0-9a-f]{1,24}$',
        description: 'The beginning of the ids of those that are wanted',
      }),
    ),
    orderId: Type.Optional(id),
    userId: Type.Optional(id),
    from: Type.Optional(time('Begun at this time or later')),
    to: Type.Optional(time('Begun before this time')),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100, default: 24, description: 'Payments on a page' }),
    ),
    cursor: Type.Optional(
      Type.String({ maxLength: 128, description: 'The nextCursor of the page before' }),
    ),
    ...csvQuery,
  },
  { additionalProperties: false },
);

export const OwnQuery = Type.Object({ orderId: id }, { additionalProperties: false });

/** A payment as its buyer sees it. */
export function present(payment: PaymentDocument): Payment {
  const { status, action, undo } = payment;
  const { clientSecret } = action ?? {};
  return {
    ...common(payment),
    ...(status === 'pending' && !undo && clientSecret && { action: { clientSecret } }),
  };
}

/** A payment as the operator sees it. */
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

/** A refund as the operator sees it. */
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
