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
export const answers = [
  on(
    stockReserved,
    storing(
      () => ({ stock: { outcome: 'reserved' } }),
      ({ data }) => data.again === true,
    ),
  ),
  on(
    stockRejected,
    storing(({ data: { productIds } }) => ({ stock: { outcome: 'rejected', productIds } })),
  ),
  on(
    identityScored,
    storing(({ data: { score } }, { config: { IDENTITY_MIN_SCORE: least } }) => ({
      identity: { score, outcome: score >= least ? 'accepted' : 'rejected' },
    })),
  ),
  on(
    paymentProcessed,
    storing(
      ({ data: { paymentId } }) => ({ payment: { outcome: 'processed', paymentId } }),
      (_, order) => order !== undefined && hasMissedTheEnd(order),
    ),
  ),
  on(
    paymentFailed,
    storing(({ data: { paymentId } }) => ({ payment: { outcome: 'failed', paymentId } })),
  ),
  on(paymentRefunded, storing(refundOf)),
  on(paymentRefundFailed, storing(refundOf)),
];

/**
 * Makes the handler of an event that brings an answer. Whoever has `missed` how the order stands, as the
 * event or the order as it is then shows, is told again.
 */
function storing<E extends Event<{ orderId: string }>>(
  answerOf: (event: E, context: ModuleContext) => Answers,
  missed: (event: E, order: OrderDocument | undefined) => boolean = () => false,
) {
  return async (events: E[], context: ModuleContext): Promise<void> => {
    const orders = await storeAnswers(context, events, (event) => answerOf(event, context));
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
