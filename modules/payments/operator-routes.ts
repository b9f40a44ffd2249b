/** The operator's calls: payments as they stand, and giving money back. */
import { Type } from 'typebox';
import { DomainError, type ModuleContext, type Routes } from '#host';
import { presentRefund, presentToOperator } from './present.ts';
import { refundPayment } from './request-refund.ts';
import {
  OperatorPayment,
  PageQuery,
  PaymentParams,
  RefundBody,
  RefundHeaders,
  RefundResponse,
} from './schemas.ts';
import { findPayment, listPayments } from './store.ts';
import type { OpenTill } from './provider-binding.ts';

/** Payments on a page, where the operator does not say. */
const PAGE = 24;

export function operatorRoutes(open: OpenTill, context: ModuleContext): Routes {
  return (app) => {
    app.get(
      '/payments',
      {
        schema: {
          summary: 'Payments, the newest first',
          querystring: PageQuery,
          response: {
            200: Type.Object({
              items: Type.Array(OperatorPayment),
              nextCursor: Type.Union([Type.String(), Type.Null()]),
            }),
          },
        },
      },
      async ({ query: { status, limit = PAGE, cursor } }) => {
        const after = cursor === undefined ? undefined : decodeCursor(cursor);
        const found = await listPayments(context, { status, limit: limit + 1, after });
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
        const payment = await findPayment(context, { _id: paymentId });
        if (payment) return presentToOperator(payment);
        throw new DomainError('not-found', 'unknown-payment', 'There is no payment with this id.');
      },
    );

    app.post(
      '/payments/:paymentId/refunds',
      {
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
        const refund = await refundPayment(open(context), paymentId, {
          ...request.body,
          idempotencyKey,
        });
        const { refundId, amount, status } = refund;
        request.log.info({ paymentId, refundId, amount, status }, 'refund requested');
        return reply
          .code(status === 'requested' ? 202 : 201)
          .send(presentRefund(paymentId, refund));
      },
    );
  };
}

const encodeCursor = (paymentId: string): string => Buffer.from(paymentId).toString('base64url');

/** The last payment of the page that gave the cursor. */
function decodeCursor(cursor: string): string {
  const paymentId = Buffer.from(cursor, 'base64url').toString();
  if (/^[0-9a-f]{24}$/.test(paymentId) && encodeCursor(paymentId) === cursor) return paymentId;
  throw new DomainError(
    'invalid',
    'invalid-cursor',
    'The cursor is not one that a page gave. Take nextCursor as it is, or begin without cursor.',
  );
}
