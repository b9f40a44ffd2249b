/** What `payments` does when an order is accepted. */
import { ObjectId } from 'mongodb';
import type { EventOf, ModuleContext } from '#host';
import { fromOrderAmount, type orderAccepted } from '../orders/events.ts';
import type { PaymentDocument } from './payment.ts';
import type { PaymentProvider } from './provider.ts';
import { initiate, openPayments, settle, tellOutcomes, type Settled } from './store.ts';

/**
 * Takes the payment of each order. The payment is written down before the provider is asked, so
 * that a crash in between leads to the same question with the same idempotency key.
 */
export function takePayments(provider: (context: ModuleContext) => PaymentProvider) {
  return async (events: EventOf<typeof orderAccepted>[], context: ModuleContext): Promise<void> => {
    const causes = new Map(events.map((event) => [event.data.orderId, event]));
    const waiting = await initiate(
      context,
      events.map((event) => newPayment(event, context, provider(context).name)),
    );
    await settle(context, await chargeAll(provider(context), waiting, causes));
    const missed = events.filter(({ data }) => data.again).map(({ data }) => data.orderId);
    if (missed.length > 0) await tellOutcomes(context, missed);
  };
}

/** Asks the provider again about every payment that waits for an outcome. */
export function settleOpen(provider: (context: ModuleContext) => PaymentProvider) {
  return async (context: ModuleContext): Promise<void> => {
    for await (const payments of openPayments(context)) {
      await settle(context, await chargeAll(provider(context), payments, new Map()));
    }
  };
}

function chargeAll(
  { charge }: PaymentProvider,
  payments: readonly PaymentDocument[],
  causes: ReadonlyMap<string, Settled['cause']>,
): Promise<Settled[]> {
  return Promise.all(
    payments.map(async (payment) => {
      const { _id: idempotencyKey, orderId, amount, currency } = payment;
      const outcome = await charge({ idempotencyKey, orderId, amount, currency });
      return { payment, outcome, cause: causes.get(orderId) ?? {} };
    }),
  );
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
