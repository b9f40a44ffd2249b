/** What `payments` does when an order is accepted. */
import { ObjectId } from 'mongodb';
import type { EventOf, ModuleContext } from '#host';
import { fromOrderAmount, type orderAccepted } from '../orders/events.ts';
import type { PaymentDocument } from './payment.ts';
import type { PaymentProvider } from './provider.ts';
import { initiate, settle } from './store.ts';

/**
 * Takes the payment of each order. The payment is written down before the provider is asked, so
 * that a crash in between leads to the same question with the same idempotency key.
 */
export function takePayments(provider: (context: ModuleContext) => PaymentProvider) {
  return async (events: EventOf<typeof orderAccepted>[], context: ModuleContext): Promise<void> => {
    const { charge, name } = provider(context);
    const causes = new Map(events.map((event) => [event.data.orderId, event]));
    const waiting = await initiate(
      context,
      events.map((event) => newPayment(event, context, name)),
    );
    const settled = await Promise.all(
      waiting.map(async (payment) => {
        const { _id: idempotencyKey, orderId, amount, currency } = payment;
        const outcome = await charge({ idempotencyKey, orderId, amount, currency });
        return { payment, outcome, cause: causes.get(orderId) ?? {} };
      }),
    );
    await settle(context, settled);
  };
}

function newPayment(
  { data: { orderId, orderAmount, userId } }: EventOf<typeof orderAccepted>,
  { config }: ModuleContext,
  provider: string,
): PaymentDocument {
  const now = new Date();
  return {
    _id: new ObjectId().toHexString(),
    orderId,
    userId,
    amount: fromOrderAmount(orderAmount, config.CURRENCY_DECIMALS),
    currency: config.CURRENCY,
    status: 'initiated',
    provider,
    createdAt: now,
    updatedAt: now,
    outbox: [],
  };
}
