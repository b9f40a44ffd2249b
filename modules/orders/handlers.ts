/** What `orders` does with the replies of other modules, and when a customer is erased. */
import {
  createErasure,
  on,
  outboxUnder,
  type Erasure,
  type Event,
  type EventOf,
  type Pseudonyms,
} from '#host';
import { identityScored } from '../digital-identity/events.ts';
import {
  paymentFailed,
  paymentProcessed,
  paymentRefunded,
  paymentRefundFailed,
} from '../payments/events.ts';
import { stockRejected, stockReserved } from '../products/events.ts';
import type { OrderDocument } from './document.ts';
import { orderPlaced } from './events.ts';
import type { RecordReplies } from './record-replies.ts';
import type { Replies } from './replies.ts';
import { present } from './schemas.ts';
import { stateOf, STATUS } from './states.ts';
import type { OrderStore } from './store.ts';

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
      recording(({ data: { productIds, available } }) => ({
        stock: { outcome: 'rejected', productIds, ...(available && { available }) },
      })),
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

/**
 * The outbox with every `order.placed` as one of an order that is not delivered: without contact and
 * address version 2 fits no schema.
 */
const WITHOUT_DELIVERY = {
  $map: {
    input: { $ifNull: ['$outbox', []] },
    as: 'this',
    in: {
      $cond: [
        { $eq: [{ $type: '$$this.delivery' }, 'missing'] },
        '$$this',
        {
          $mergeObjects: [
            { $unsetField: { field: 'delivery', input: '$$this' } },
            { v: String(orderPlaced.v) },
          ],
        },
      ],
    },
  },
};

/**
 * Puts the pseudonym in the place of a customer. What was ordered, when and for how much stays, as the
 * law wants of a shop's books, the price of the delivery too; whom and where it went to does not. An order
 * that is open goes on to its end.
 */
export function createOrderErasure({ orders }: OrderStore, pseudonyms: Pseudonyms): Erasure {
  return createErasure(pseudonyms, async (userId, pseudonym) => {
    await orders.updateMany({ userId }, [
      { $set: { outbox: WITHOUT_DELIVERY } },
      {
        $set: {
          userId: { $literal: pseudonym },
          outbox: outboxUnder(pseudonym, ['origin']),
          // What is decided on the order as it was before is decided again.
          revision: { $add: ['$revision', 1] },
        },
      },
      { $unset: ['origin', 'idempotency', 'contact', 'delivery.address'] },
    ]);
  });
}

/** Every order of a customer, with all that nobody is shown. */
export async function* personalData(
  { orders }: OrderStore,
  userId: string,
  cancelWithinMs: number,
): AsyncGenerator<object> {
  for await (const order of orders.find({ userId }).sort({ _id: 1 })) {
    const { origin, idempotency, timeline } = order;
    yield { ...present(order, cancelWithinMs), origin, idempotencyKey: idempotency?.key, timeline };
  }
}
