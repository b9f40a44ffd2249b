/** What `order-history` does with events: it stores what they tell, and nothing else. */
import type { Event, EventOf, ModuleContext } from '#host';
import type { paymentRefunded, paymentRefundFailed } from '../payments/events.ts';
import { dropAnswers } from './cache.ts';
import { refundFailureOf, refundOf, type Facts, type Told } from './history.ts';
import { eraseAgain } from './erasure.ts';
import { storeFacts, storeRefunds, type HistoryCollection } from './store.ts';

interface OfOrder {
  orderId: string;
  userId: string;
}

/** Makes the handler that stores one kind of fact with each order. */
export function keep<Name extends keyof Facts, Data>(
  name: Name,
  factOf: (event: Told<Data>) => NonNullable<Facts[Name]>,
) {
  return async (events: Event<Data & OfOrder>[], context: ModuleContext): Promise<void> => {
    const facts = events.map((event) => ({ orderId: event.data.orderId, fact: factOf(event) }));
    await store(context, events, (history) => storeFacts(history, name, facts));
    // Of the facts, this one alone holds the user.
    if (name === 'placed')
      await eraseAgain(
        context,
        events.map(({ data }) => data.userId),
      );
  };
}

export async function keepRefunds(
  events: EventOf<typeof paymentRefunded>[],
  context: ModuleContext,
): Promise<void> {
  const refunds = events.map((event) => ({ orderId: event.data.orderId, told: refundOf(event) }));
  await store(context, events, (history) => storeRefunds(history, 'refunds', refunds));
}

export async function keepRefundFailures(
  events: EventOf<typeof paymentRefundFailed>[],
  context: ModuleContext,
): Promise<void> {
  const failures = events.map((event) => ({
    orderId: event.data.orderId,
    told: refundFailureOf(event),
  }));
  await store(context, events, (history) => storeRefunds(history, 'refundFailures', failures));
}

/** What is kept for the users is old from the moment that the effect is stored. */
async function store(
  context: ModuleContext,
  events: readonly Event<OfOrder>[],
  change: (history: HistoryCollection) => Promise<void>,
): Promise<void> {
  const versions = await context.readModel.write(change);
  await dropAnswers(
    context,
    versions,
    events.map(({ data }) => data.userId),
  );
}
