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
import { forbid } from './mark-store.ts';
import { movesOn, type PaymentDocument } from './payment.ts';
import { findEndedOf } from './queries.ts';
import { record } from './record.ts';
import { initiate, newId } from './store.ts';
import type { OpenTill, Till } from './till.ts';
import { told } from './told.ts';

type Accepted = typeof orderAccepted | typeof orderAcceptedPrecisely;

/**
 * Takes the payment of each order. The payment is written down before the provider is asked, so
 * that a crash in between leads to the same question with the same idempotency key.
 */
export function takePayments(open: OpenTill) {
  return async (events: EventOf<Accepted>[], context: ModuleContext): Promise<void> => {
    const till = open(context);
    const waiting = await initiate(
      context,
      events.map((event) => newPayment(event, till)),
    );
    await eraseAgain(
      context,
      events.map(({ data }) => data.userId),
    );
    await advance(till, waiting, till.timing.patienceMs);
    const missed = events.filter(({ data }) => data.again).map(({ data }) => data.orderId);
    if (missed.length > 0)
      await context.republish((await findEndedOf(context, missed)).flatMap(told));
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
function newPayment(
  { data, traceparent }: EventOf<Accepted>,
  { context: { config }, provider, timing }: Till,
): PaymentDocument {
  const { orderId, orderAmount, userId } = data;
  const { currency = config.CURRENCY, decimals = config.CURRENCY_DECIMALS } = data;
  const now = new Date();
  return {
    _id: newId(),
    orderId,
    userId,
    amount: fromOrderAmount(orderAmount, decimals),
    currency,
    decimals,
    status: 'initiated',
    provider: provider.name,
    revision: 1,
    nextAt: new Date(now.getTime() + timing.retryMinMs),
    ...(traceparent !== undefined && { traceparent }),
    createdAt: now,
    updatedAt: now,
    outbox: [],
  };
}
