/** Telling again what the orders remember, for those who have missed it. */
import type { ModuleContext, OutboxRecord } from '#host';
import type { OrderDocument } from './order.ts';
import { allOrders, changedSince, findOrders, openOrders, refundsWanted } from './store.ts';
import { allTold, happened, standing } from './telling.ts';

/**
 * Publishes again what may be missing: where every order stands that waits for something, so that
 * nobody's answer is missing, and for those who keep a copy what has happened since the given time,
 * in ms since the epoch.
 */
export async function recover(context: ModuleContext, since: number): Promise<void> {
  await context.republish(told(changedSince(context, new Date(since)), happened));
  await context.republish(told(openOrders(context), (order) => standing(order, true)));
  await context.republish(told(refundsWanted(context), (order) => standing(order, true)));
}

/** Publishes again where these orders stand, for somebody who has missed it. */
export async function tellAgain(
  context: ModuleContext,
  orderIds: readonly string[],
): Promise<void> {
  await context.republish(told(findOrders(context, orderIds), (order) => standing(order, false)));
}

/** Every event that the orders remember, as it was published, the oldest order first. */
export function rememberedEvents(context: ModuleContext): AsyncIterable<OutboxRecord> {
  return told(allOrders(context), allTold);
}

async function* told(
  orders: AsyncIterable<OrderDocument>,
  eventsOf: (order: OrderDocument) => OutboxRecord[],
): AsyncGenerator<OutboxRecord> {
  for await (const order of orders) yield* eventsOf(order);
}
