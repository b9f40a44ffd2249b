/** What `order-history` does with events: it stores what they tell, and nothing else. */
import type { Event, EventContract, EventOf, ModuleContext } from '#host';
import {
  orderAccepted,
  orderAcceptedPrecisely,
  orderCancelled,
  orderPaid,
  orderPaymentFailed,
  orderPlaced,
  orderRefunded,
  orderRefundRequested,
  orderRejected,
} from '../orders/events.ts';
import {
  paymentFailed,
  paymentProcessed,
  paymentRefunded,
  paymentRefundFailed,
} from '../payments/events.ts';
import { eraseAgain } from './erasure.ts';
import {
  declinedOf,
  happened,
  placedOf,
  refundFailureOf,
  refundOf,
  withPayment,
  withReason,
} from './history.ts';
import { storeFacts, type HistoryCollection, type Stored } from './store.ts';

/** Says under which name what an event tells stands in the document of its order. */
const fact = <Contract extends EventContract, Name extends Stored['name']>(
  contract: Contract,
  name: Name,
  factOf: (event: EventOf<Contract>) => Extract<Stored, { name: Name }>['fact'],
) => ({ contract, name, factOf: factOf as (event: Event) => unknown });

const FACTS = [
  fact(orderPlaced, 'placed', placedOf),
  fact(orderAccepted, 'accepted', happened),
  fact(orderAcceptedPrecisely, 'accepted', happened),
  fact(orderRejected, 'rejected', withReason),
  fact(orderPaid, 'paid', withPayment),
  fact(orderPaymentFailed, 'paymentFailed', withPayment),
  fact(orderCancelled, 'cancelled', withReason),
  fact(orderRefundRequested, 'refundRequested', withReason),
  fact(orderRefunded, 'refunded', happened),
  fact(paymentProcessed, 'processed', withPayment),
  fact(paymentFailed, 'declined', declinedOf),
  fact(paymentRefunded, 'refunds', refundOf),
  fact(paymentRefundFailed, 'refundFailures', refundFailureOf),
];
const BY_TYPE = new Map(FACTS.map((one) => [one.contract.type, one]));

/** The events that the history is made of. */
export const KEPT = FACTS.map(({ contract }) => contract);

/** Stores what events tell of orders: what a batch tells of one order, by one update. */
export async function keep(
  events: Event<{ orderId: string; userId: string }>[],
  context: ModuleContext,
): Promise<void> {
  const stored = events.map((event) => {
    const { name, factOf } = BY_TYPE.get(event.type)!;
    return { orderId: event.data.orderId, name, fact: factOf(event) } as Stored;
  });
  await context.readModel.write((history: HistoryCollection) => storeFacts(history, stored));
  // Of the facts, this one alone holds the user.
  const placed = events.filter(({ type }) => type === orderPlaced.type);
  await eraseAgain(
    context,
    placed.map(({ data }) => data.userId),
  );
}
