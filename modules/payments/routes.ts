/** The buyer's calls, and the provider's. */
import { Type } from 'typebox';
import { callerOf, DomainError, wantsSession, type ModuleContext, type Routes } from '#host';
import { present } from './present.ts';
import { OwnQuery, PaymentParams, PaymentResponse } from './schemas.ts';
import { findPayment } from './store.ts';
import type { OpenTill } from './provider-binding.ts';
import { webhookRoutes } from './webhooks.ts';

/** Adds a payment of the caller, by its id or its order's, and what the provider reports. */
export function paymentRoutes(open: OpenTill, context: ModuleContext): Routes {
  return async (app) => {
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
        const payment = await findPayment(context, { _id, userId: callerOf(request) });
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
        const payment = await findPayment(context, { orderId, userId: callerOf(request) });
        return { items: payment ? [present(payment)] : [] };
      },
    );

    // A scope of its own, since it reads bodies as bytes.
    await app.register(async (scope) => webhookRoutes(open, context)(scope));
  };
}
