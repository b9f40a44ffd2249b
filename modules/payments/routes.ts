/** The buyer's calls, and the operator's: payments as they stand, and giving money back. */
import { Type } from 'typebox';
import {
  decodeCursor,
  DomainError,
  encodeCursor,
  invalidCursor,
  jsonOrCsv,
  recordChange,
  requireUserId,
  sendCsv,
  Nullable,
  wantsSession,
  type CsvColumns,
  type Routes,
} from '#host';
import type { ProviderBinding } from './provider-binding.ts';
import { restOf } from './refund.ts';
import { refundPayment } from './request-refund.ts';
import {
  OperatorPayment,
  OwnQuery,
  PageQuery,
  PaymentParams,
  PaymentResponse,
  ProviderResponse,
  present,
  presentRefund,
  presentToOperator,
  RefundBody,
  RefundHeaders,
  RefundResponse,
} from './schemas.ts';
import type { Settings } from './settings.ts';
import { findPayment, findPayments, type PaymentStore } from './store.ts';

/** What a cursor holds: the last payment of a page. */
const PaymentId = Type.String({ pattern: '^[0-9a-f]{24}$' });

/** The columns of the list as CSV; amounts are in the currency, `decimals` where they do not say what they count in. */
const columnsOf = (defaultDecimals: number): CsvColumns<OperatorPayment> => ({
  paymentId: ({ paymentId }) => paymentId,
  orderId: ({ orderId }) => orderId,
  userId: ({ userId }) => userId,
  status: ({ status }) => status,
  amount: ({ amount, decimals = defaultDecimals }) => amount / 10 ** decimals,
  refunded: ({ refundedAmount, decimals = defaultDecimals }) => refundedAmount / 10 ** decimals,
  currency: ({ currency }) => currency,
  provider: ({ provider }) => provider,
  reference: ({ reference }) => reference,
  reason: ({ reason }) => reason,
  createdAt: ({ createdAt }) => new Date(createdAt),
  endedAt: ({ endedAt }) => endedAt && new Date(endedAt),
});

/** Payments on a page, where the operator does not say. */
const PAGE = 24;

/** Adds who takes the payments, and a payment of the caller, by its id or its order's. */
export function paymentRoutes(
  store: PaymentStore,
  settings: Pick<Settings, 'PAYMENTS_PROVIDER' | 'STRIPE_PUBLISHABLE_KEY'>,
): Routes {
  const { PAYMENTS_PROVIDER: provider, STRIPE_PUBLISHABLE_KEY: publishableKey } = settings;
  return (app) => {
    // No payment has such an id.
    app.get(
      '/payments/provider',
      {
        schema: {
          summary: 'Who takes the payments, and what a page needs to pay there',
          response: { 200: ProviderResponse },
        },
      },
      () => ({
        provider,
        ...(provider === 'stripe' && publishableKey !== undefined && { publishableKey }),
      }),
    );

    app.get(
      '/payments/:paymentId',
      {
        schema: {
          summary: 'A payment of the caller',
          security: wantsSession,
          params: PaymentParams,
          response: { 200: PaymentResponse },
        },
      },
      async (request) => {
        const { paymentId: _id } = request.params;
        const payment = await findPayment(store, { _id, userId: requireUserId(request) });
        if (payment) return present(payment);
        throw new DomainError('not-found', 'unknown-payment', 'You have no payment with this id.');
      },
    );

    app.get(
      '/payments',
      {
        schema: {
          summary: 'The payment of an order of the caller: none while it has not begun',
          security: wantsSession,
          querystring: OwnQuery,
          response: { 200: Type.Object({ items: Type.Array(PaymentResponse) }) },
        },
      },
      async (request) => {
        const { orderId } = request.query;
        const payment = await findPayment(store, { orderId, userId: requireUserId(request) });
        return { items: payment ? [present(payment)] : [] };
      },
    );
  };
}

/** Adds the operator's list of payments, each with its refunds, and giving money back. */
export function operatorRoutes(binding: ProviderBinding): Routes {
  const { store } = binding;
  return (app) => {
    app.get(
      '/payments',
      {
        schema: {
          summary: 'Payments, the newest first, by status, order, customer and time',
          querystring: PageQuery,
          response: {
            200: jsonOrCsv(
              Type.Object({
                items: Type.Array(OperatorPayment),
                nextCursor: Nullable(Type.String()),
              }),
              'Payments',
            ),
          },
        },
      },
      async ({ query: { format, limit = PAGE, cursor, ...which } }, reply) => {
        if (format === 'csv')
          return sendCsv(reply, {
            name: 'payments',
            columns: columnsOf(binding.settings.CURRENCY_DECIMALS),
            rows: findPayments(store, which).map(presentToOperator),
          });
        const after = cursor === undefined ? undefined : decodeCursor(PaymentId, cursor);
        if (cursor !== undefined && after === undefined) throw invalidCursor();
        const found = await findPayments(store, which, after)
          .limit(limit + 1)
          .toArray();
        const items = found.slice(0, limit).map(presentToOperator);
        const more = found.length > limit;
        return { items, nextCursor: more ? encodeCursor(items.at(-1)!.paymentId) : null };
      },
    );

    app.get(
      '/payments/:paymentId',
      {
        schema: {
          summary: 'A payment with its refunds',
          params: PaymentParams,
          response: { 200: OperatorPayment },
        },
      },
      async ({ params: { paymentId } }) => {
        const payment = await findPayment(store, { _id: paymentId });
        if (payment) return presentToOperator(payment);
        throw new DomainError('not-found', 'unknown-payment', 'There is no payment with this id.');
      },
    );

    app.post(
      '/payments/:paymentId/refunds',
      {
        config: { role: 'support' },
        schema: {
          summary: 'Gives back all or some of a payment: 201 when it has ended, 202 before',
          params: PaymentParams,
          headers: RefundHeaders,
          body: RefundBody,
          response: { 201: RefundResponse, 202: RefundResponse },
        },
      },
      async (request, reply) => {
        const { paymentId } = request.params;
        const idempotencyKey = request.headers['idempotency-key'];
        const { before, refund, after } = await refundPayment(binding, paymentId, {
          ...request.body,
          idempotencyKey,
        });
        const { refundId, amount, status } = refund;
        recordChange(request, {
          target: `payments/${paymentId}`,
          before: { left: restOf(before) },
          after: { left: restOf(after), refundId, amount, status },
        });
        request.log.info({ paymentId, refundId, amount, status }, 'refund requested');
        return reply
          .code(status === 'requested' ? 202 : 201)
          .send(presentRefund(paymentId, refund));
      },
    );
  };
}
