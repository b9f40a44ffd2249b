/** The REST calls of `payments`. */
import { Type } from 'typebox';
import { callerOf, DomainError, problemResponses, type Routes } from '#host';
import { findPayment } from './store.ts';

const PaymentParams = Type.Object({ paymentId: Type.String({ minLength: 1, maxLength: 64 }) });

const PaymentResponse = Type.Object({
  paymentId: Type.String(),
  orderId: Type.String(),
  userId: Type.String(),
  amount: Type.Integer({ description: 'In the smallest unit of the currency' }),
  currency: Type.String(),
  status: Type.String({ description: 'initiated, processed or failed' }),
  reason: Type.Optional(Type.String({ description: 'Why the provider declined' })),
  createdAt: Type.String({ format: 'date-time' }),
});

export const paymentRoutes: Routes = (app, context) => {
  app.get(
    '/payments/:paymentId',
    {
      schema: {
        summary: 'A payment of the caller',
        params: PaymentParams,
        response: { 200: PaymentResponse, ...problemResponses },
      },
    },
    async (request) => {
      const payment = await findPayment(context, request.params.paymentId, callerOf(request));
      if (!payment)
        throw new DomainError('not-found', 'unknown-payment', 'You have no payment with this id.');
      const {
        _id: paymentId,
        orderId,
        userId,
        amount,
        currency,
        status,
        reason,
        createdAt,
      } = payment;
      return {
        paymentId,
        orderId,
        userId,
        amount,
        currency,
        status,
        ...(reason !== undefined && { reason }),
        createdAt: createdAt.toISOString(),
      };
    },
  );
};
