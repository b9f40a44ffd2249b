/** Publishing events of orders again, for those who have missed them. */
import type { ModuleContext, OutboxRecord } from '#host';
import type { OrderDocument } from './document.ts';
import { allEvents, currentStateEvents, historicalEvents } from './order-events.ts';
import { allOrders, changedSince, findOrders, openOrders, refundsWanted } from './store.ts';

const askAgain = (order: OrderDocument) => currentStateEvents(order, true);
const reportAgain = (order: OrderDocument) => currentStateEvents(order, false);

/**
 * Publishes again what may be missing: where every order stands that waits for something, so that
 * nobody's reply is missing, and for those who keep a copy what has happened since the given time,
 * in ms since the epoch.
 */
export async function recover(context: ModuleContext, since: number): Promise<void> {
  await context.republish(eventsOf(changedSince(context, new Date(since)), historicalEvents));
  await context.republish(eventsOf(openOrders(context), askAgain));
  await context.republish(eventsOf(refundsWanted(context), askAgain));
}

/** Publishes again where these orders stand, for somebody who has missed it. */
export async function republishOrders(
  context: ModuleContext,
  orderIds: readonly string[],
): Promise<void> {
  await context.republish(eventsOf(findOrders(context, orderIds), reportAgain));
}

/** Every event that the orders remember, as it was published, the oldest order first. */
export function eventHistory(context: ModuleContext): AsyncIterable<OutboxRecord> {
  return eventsOf(allOrders(context), allEvents);
}

async function* eventsOf(
  orders: AsyncIterable<OrderDocument>,
  of: (order: OrderDocument) => OutboxRecord[],
): AsyncGenerator<OutboxRecord> {
  for await (const order of orders) yield* of(order);
}
