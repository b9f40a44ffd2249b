/** What `orders` does with the answers of other modules. */
import { on, type Event, type EventOf, type ModuleContext } from '#host';
import { identityScored } from '../digital-identity/events.ts';
import {
  paymentFailed,
  paymentProcessed,
  paymentRefunded,
  paymentRefundFailed,
} from '../payments/events.ts';
import { stockRejected, stockReserved } from '../products/events.ts';
import { storeAnswers } from './answers.ts';
import type { OrderDocument } from './order.ts';
import { STATUS, type Answers } from './status.ts';
import { tellAgain } from './order-events.ts';

/** The events that bring an order forward. */
export const ANSWERS = [
  stockReserved,
  stockRejected,
  identityScored,
  paymentProcessed,
  paymentFailed,
  paymentRefunded,
  paymentRefundFailed,
];

/** A handler for each of them. */
export const answerHandlers = (context: ModuleContext) => [
  on(
    stockReserved,
    storing(
      context,
      () => ({ stock: { outcome: 'reserved' } }),
      ({ data }) => data.again === true,
    ),
  ),
  on(
    stockRejected,
    storing(context, ({ data: { productIds } }) => ({
      stock: { outcome: 'rejected', productIds },
    })),
  ),
  on(
    identityScored,
    storing(context, ({ data: { score } }) => ({
      identity: {
        score,
        outcome: score >= context.config.IDENTITY_MIN_SCORE ? 'accepted' : 'rejected',
      },
    })),
  ),
  on(
    paymentProcessed,
    storing(
      context,
      ({ data: { paymentId } }) => ({ payment: { outcome: 'processed', paymentId } }),
      (_, order) => order !== undefined && hasMissedTheEnd(order),
    ),
  ),
  on(
    paymentFailed,
    storing(context, ({ data: { paymentId } }) => ({ payment: { outcome: 'failed', paymentId } })),
  ),
  on(paymentRefunded, storing(context, refundOf)),
  on(paymentRefundFailed, storing(context, refundOf)),
];

/**
 * Makes the handler of an event that brings an answer. Whoever has `missed` how the order stands, as the
 * event or the order as it is then shows, is told again.
 */
function storing<E extends Event<{ orderId: string }>>(
  context: ModuleContext,
  answerOf: (event: E) => Answers,
  missed: (event: E, order: OrderDocument | undefined) => boolean = () => false,
) {
  return async (events: E[]): Promise<void> => {
    const orders = await storeAnswers(context, events, answerOf);
    const asking = events.filter((event, i) => missed(event, orders[i]));
    if (asking.length > 0)
      await tellAgain(
        context,
        asking.map(({ data }) => data.orderId),
      );
  };
}

/**
 * A payment that was taken though its order had ended is to be undone: whoever took it has not heard
 * of the end by then, or it was lost on the way.
 */
function hasMissedTheEnd({ orderStatusCode, answers: { refund } }: OrderDocument): boolean {
  const { rejected, cancelled } = STATUS;
  return !refund && (orderStatusCode === rejected || orderStatusCode === cancelled);
}

/** What was given back, or taken back: how it stands now. */
function refundOf({
  data: { refundedAmount, orderStatusCode, seq, reopened },
}: EventOf<typeof paymentRefunded | typeof paymentRefundFailed>): Answers {
  const full = orderStatusCode === STATUS.refunded;
  return { refund: { refundedAmount, full, ...(seq !== undefined && { seq, reopened }) } };
}
