/** What `orders` does with the replies of other modules. */
import { on, type Event, type EventOf } from '#host';
import { identityScored } from '../digital-identity/events.ts';
import {
  paymentFailed,
  paymentProcessed,
  paymentRefunded,
  paymentRefundFailed,
} from '../payments/events.ts';
import { stockRejected, stockReserved } from '../products/events.ts';
import type { OrderDocument } from './document.ts';
import type { RecordReplies } from './record-replies.ts';
import type { Replies } from './replies.ts';
import { stateOf, STATUS } from './states.ts';

/** The events that bring an order forward. */
export const REPLIES = [
  stockReserved,
  stockRejected,
  identityScored,
  paymentProcessed,
  paymentFailed,
  paymentRefunded,
  paymentRefundFailed,
];

interface Dependencies {
  recordReplies: RecordReplies;
  /** Publishes again where these orders stand. */
  republishOrders: (orderIds: readonly string[]) => Promise<void>;
  /** Orders with a lower identity score are rejected. */
  leastScore: number;
}

/** A handler for each of {@link REPLIES}. */
export function replyHandlers({ recordReplies, republishOrders, leastScore }: Dependencies) {
  /**
   * Makes the handler of an event that brings a reply. Whoever has `missed` how the order stands, as the
   * event or the order as it is then shows, gets it again.
   */
  const recording =
    <E extends Event<{ orderId: string }>>(
      replyOf: (event: E) => Replies,
      missed: (event: E, order: OrderDocument | undefined) => boolean = () => false,
    ) =>
    async (events: E[]): Promise<void> => {
      const orders = await recordReplies(events, replyOf);
      const asking = events.filter((event, i) => missed(event, orders[i]));
      if (asking.length > 0) await republishOrders(asking.map(({ data }) => data.orderId));
    };

  return [
    on(
      stockReserved,
      recording(
        () => ({ stock: { outcome: 'reserved' } }),
        ({ data }) => data.again === true,
      ),
    ),
    on(
      stockRejected,
      recording(({ data: { productIds } }) => ({ stock: { outcome: 'rejected', productIds } })),
    ),
    on(
      identityScored,
      recording(({ data: { score } }) => ({
        identity: { score, outcome: score >= leastScore ? 'accepted' : 'rejected' },
      })),
    ),
    on(
      paymentProcessed,
      recording(
        ({ data: { paymentId } }) => ({ payment: { outcome: 'processed', paymentId } }),
        (_, order) => order !== undefined && hasMissedTheEnd(order),
      ),
    ),
    on(
      paymentFailed,
      recording(({ data: { paymentId } }) => ({ payment: { outcome: 'failed', paymentId } })),
    ),
    on(paymentRefunded, recording(refundOf)),
    on(paymentRefundFailed, recording(refundOf)),
  ];
}

/**
 * A payment that was taken though its order had ended is to be undone: whoever took it has not received
 * the end by then, or it was lost on the way.
 */
function hasMissedTheEnd({ orderStatusCode, answers: { refund } }: OrderDocument): boolean {
  const { final, hasPayment } = stateOf(orderStatusCode);
  return !refund && final && !hasPayment;
}

/** What was given back, or taken back: how it stands now. */
function refundOf({
  data: { refundedAmount, orderStatusCode, seq, reopened },
}: EventOf<typeof paymentRefunded | typeof paymentRefundFailed>): Replies {
  const full = orderStatusCode === STATUS.refunded;
  return { refund: { refundedAmount, full, ...(seq !== undefined && { seq, reopened }) } };
}
