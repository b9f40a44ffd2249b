/** What `payments` does when an order is accepted, when it ends without a payment, and when a customer is erased. */
import {
  createErasure,
  outboxUnder,
  type Erasure,
  type EventOf,
  type ModuleContext,
  type OutboxRecord,
  type Pseudonyms,
} from '#host';
import {
  fromOrderAmount,
  type orderAccepted,
  type orderAcceptedPrecisely,
  type orderCancelled,
  type orderRefundRequested,
  type orderRejected,
} from '../orders/events.ts';
import { advance, record } from './advance.ts';
import type { PaymentDocument } from './document.ts';
import { apply, canProceed, nextAction } from './payment.ts';
import { eventsOf } from './payment-events.ts';
import { chargeOf, type ProviderBinding } from './provider-binding.ts';
import { presentToOperator } from './schemas.ts';
import { blockPayments, endedSince, insertPayments, newId, type PaymentStore } from './store.ts';

type Accepted = typeof orderAccepted | typeof orderAcceptedPrecisely;
type Voiding = typeof orderCancelled | typeof orderRejected | typeof orderRefundRequested;

interface Dependencies {
  binding: ProviderBinding;
  republish: ModuleContext['republish'];
  erasure: Erasure;
}

/**
 * Takes the payment of each order. The payment is stored before the provider is asked, so that a crash
 * in between leads to the same question with the same idempotency key; what a provider has answered
 * before, because it moves no money, counts only for a payment that is new.
 */
export async function takePayments(
  { binding, republish, erasure }: Dependencies,
  events: EventOf<Accepted>[],
): Promise<void> {
  const { store } = binding;
  const stored = await insertPayments(
    store,
    events.map((event) => newPayment(event, binding)),
  );
  const userIds = events.map(({ data }) => data.userId);
  await Promise.all([erasure.eraseAgain(userIds), store.publish('payments', stored)]);
  await advance(
    binding,
    stored.filter(({ status }) => status === 'initiated'),
  );
  const missed = new Set(events.flatMap(({ data }) => (data.again ? [data.orderId] : [])));
  await republish(stored.filter(({ orderId }) => missed.has(orderId)).flatMap(eventsOf));
}

/**
 * Voids the payment of each order: cancels it, gives it back, or leaves a tombstone for an order without
 * one so that it is not paid when its `order.accepted` comes late. An order that was rejected may have
 * been accepted before, which its event does not say, so every one gets its tombstone.
 */
export async function voidPayments(
  binding: ProviderBinding,
  events: EventOf<Voiding>[],
): Promise<void> {
  const reasons = new Map(events.map(({ data }) => [data.orderId, data.reason]));
  const found = await blockPayments(binding.store, [...reasons.keys()]);
  const voided = await record(
    binding,
    found.map((payment) => {
      const reason = reasons.get(payment.orderId) ?? '';
      return { payment, events: [{ kind: 'voided', reason }] };
    }),
  );
  await advance(binding, voided.filter(canProceed));
}

/** The events of payments since a time, in ms since the epoch, as they were published; 0: all. */
export async function* eventsAfter(
  store: PaymentStore,
  since: number,
): AsyncGenerator<OutboxRecord> {
  for await (const payment of endedSince(store, since))
    yield* eventsOf(payment).filter(({ at }) => Number(at) >= since);
}

/** The order says what it is to be paid in; the tutorial's say nothing, and are paid in the shop's. */
function newPayment(
  { data, traceparent }: EventOf<Accepted>,
  binding: ProviderBinding,
): PaymentDocument {
  const { provider, timing, settings } = binding;
  const { orderId, orderAmount, userId } = data;
  const { currency = settings.CURRENCY, decimals = settings.CURRENCY_DECIMALS } = data;
  const now = new Date();
  const begun: PaymentDocument = {
    _id: newId(),
    orderId,
    userId,
    amount: fromOrderAmount(orderAmount, decimals),
    currency,
    decimals,
    status: 'initiated',
    provider: provider.name,
    revision: 1,
    ...(traceparent !== undefined && { traceparent }),
    createdAt: now,
    updatedAt: now,
    outbox: [],
  };
  const outcome = provider.outcomeOf?.(chargeOf(binding, begun));
  const payment = outcome ? apply(begun, { kind: 'answered', outcome }, now) : begun;
  return {
    ...payment,
    ...(nextAction(payment) && { nextAt: new Date(now.getTime() + timing.retryMinMs) }),
    outbox: eventsOf(payment),
  };
}

/**
 * Puts the pseudonym in the place of a customer. What was paid and given back stays, as the law wants
 * of a shop's books; a payment that is open goes on to its end.
 */
export function createPaymentErasure({ payments }: PaymentStore, pseudonyms: Pseudonyms): Erasure {
  return createErasure(pseudonyms, async (userId, pseudonym) => {
    await payments.updateMany({ userId }, [
      {
        $set: {
          userId: { $literal: pseudonym },
          outbox: outboxUnder(pseudonym),
          // What is decided on the payment as it was before is decided again.
          revision: { $add: ['$revision', 1] },
        },
      },
    ]);
  });
}

/** Every payment of a customer. */
export async function* personalData(
  { payments }: PaymentStore,
  userId: string,
): AsyncGenerator<object> {
  for await (const payment of payments.find({ userId }).sort({ _id: 1 }))
    yield presentToOperator(payment);
}
