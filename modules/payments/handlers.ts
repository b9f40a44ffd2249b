/** What `payments` does when an order is accepted, and when it ends without a payment. */
import type { EventOf, ModuleContext } from '#host';
import {
  fromOrderAmount,
  type orderAccepted,
  type orderAcceptedPrecisely,
  type orderCancelled,
  type orderRefundRequested,
  type orderRejected,
} from '../orders/events.ts';
import { advance } from './advance.ts';
import { eraseAgain } from './erasure.ts';
import { chargeOf } from './found-refunds.ts';
import { movesOn, questionOf, withFact, type PaymentDocument } from './payment.ts';
import { record } from './record.ts';
import { forbid, insertPayments, newId } from './store.ts';
import type { OpenTill, Till } from './provider-binding.ts';
import { told } from './payment-events.ts';
import { settingsOf } from './settings.ts';

type Accepted = typeof orderAccepted | typeof orderAcceptedPrecisely;

/**
 * Takes the payment of each order. The payment is stored before the provider is asked, so that a crash
 * in between leads to the same question with the same idempotency key; what a provider has answered
 * before, because it moves no money, counts only for a payment that is new.
 */
export function takePayments(open: OpenTill) {
  return async (events: EventOf<Accepted>[], context: ModuleContext): Promise<void> => {
    const till = open(context);
    const stored = await insertPayments(
      context,
      events.map((event) => newPayment(event, till)),
    );
    const userIds = events.map(({ data }) => data.userId);
    await Promise.all([eraseAgain(context, userIds), context.publish('payments', stored)]);
    const waiting = stored.filter(({ status }) => status === 'initiated');
    await advance(till, waiting, till.timing.patienceMs);
    const missed = new Set(events.flatMap(({ data }) => (data.again ? [data.orderId] : [])));
    await context.republish(stored.filter(({ orderId }) => missed.has(orderId)).flatMap(told));
  };
}

type Undoing = typeof orderCancelled | typeof orderRejected | typeof orderRefundRequested;

/**
 * Undoes the payment of each order: lets go of it, gives it back, or marks an order without one so
 * that it is not paid when its `order.accepted` comes late. An order that was rejected may have been
 * accepted before, which its event does not say, so every one is marked.
 */
export function undoPayments(open: OpenTill) {
  return async (events: EventOf<Undoing>[], context: ModuleContext): Promise<void> => {
    const till = open(context);
    const reasons = new Map(events.map(({ data }) => [data.orderId, data.reason]));
    const found = await forbid(context, [...reasons.keys()]);
    const undone = await record(
      till,
      found.map((payment) => {
        const reason = reasons.get(payment.orderId) ?? '';
        return { payment, facts: [{ kind: 'undone', reason }] };
      }),
    );
    await advance(till, undone.filter(movesOn), till.timing.patienceMs);
  };
}

/** The order says what it is to be paid in; the tutorial's say nothing, and are paid in the shop's. */
function newPayment({ data, traceparent }: EventOf<Accepted>, till: Till): PaymentDocument {
  const { provider, timing } = till;
  const config = settingsOf(till.context);
  const { orderId, orderAmount, userId } = data;
  const { currency = config.CURRENCY, decimals = config.CURRENCY_DECIMALS } = data;
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
  const outcome = provider.outcomeOf?.(chargeOf(till, begun));
  const payment = outcome ? withFact(begun, { kind: 'answered', outcome }, now) : begun;
  return {
    ...payment,
    ...(questionOf(payment) && { nextAt: new Date(now.getTime() + timing.retryMinMs) }),
    outbox: told(payment),
  };
}
