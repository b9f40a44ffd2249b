/** Publishing events of orders again, for those who have missed them. */
import type { ModuleContext, OutboxRecord } from '#host';
import type { OrderDocument } from './document.ts';
import { allEvents, currentStateEvents, historicalEvents } from './order-events.ts';
import {
  allOrders,
  changedSince,
  findOrders,
  openOrders,
  refundsWanted,
  type OrderStore,
} from './store.ts';

type Republish = ModuleContext['republish'];

const askAgain = (order: OrderDocument) => currentStateEvents(order, true);
const reportAgain = (order: OrderDocument) => currentStateEvents(order, false);

/**
 * Publishes again what may be missing: where every order stands that waits for something, so that
 * nobody's reply is missing, and for those who keep a copy what has happened since the given time,
 * in ms since the epoch.
 */
export async function recover(
  store: OrderStore,
  republish: Republish,
  since: number,
): Promise<void> {
  await republish(eventsOf(changedSince(store, new Date(since)), historicalEvents));
  await republish(eventsOf(openOrders(store), askAgain));
  await republish(eventsOf(refundsWanted(store), askAgain));
}

/** Publishes again where these orders stand, for somebody who has missed it. */
export async function republishOrders(
  store: OrderStore,
  republish: Republish,
  orderIds: readonly string[],
): Promise<void> {
  await republish(eventsOf(findOrders(store, orderIds), reportAgain));
}

/** Every event that the orders remember, as it was published, the oldest order first. */
export function eventHistory(store: OrderStore): AsyncIterable<OutboxRecord> {
  return eventsOf(allOrders(store), allEvents);
}

async function* eventsOf(
  orders: AsyncIterable<OrderDocument>,
  of: (order: OrderDocument) => OutboxRecord[],
): AsyncGenerator<OutboxRecord> {
  for await (const order of orders) yield* of(order);
}
