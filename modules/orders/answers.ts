/** Storing the answers of other modules with their orders. */
import type { Event, ModuleContext } from '#host';
import { withAnswer, type OrderDocument } from './order.ts';
import type { Answers } from './status.ts';
import { commit, findOrders, type Decided } from './store.ts';

/**
 * Stores an answer with each of its orders and publishes what follows from it. Orders that are not
 * ours (the tutorial's own) are passed over; an order that somebody else was faster with is decided
 * again. Gives the orders as they were found last, those that were changed with their change.
 */
export async function storeAnswers<E extends Event<{ orderId: string }>>(
  context: ModuleContext,
  events: readonly E[],
  answerOf: (event: E) => Answers,
): Promise<Omit<OrderDocument, 'timeline' | 'outbox'>[]> {
  const open = new Map(events.map((event) => [event.data.orderId, event]));
  const stored: Omit<OrderDocument, 'timeline' | 'outbox'>[] = [];
  while (open.size > 0) {
    const found = await findOrders(context, [...open.keys()]).toArray();
    const decided = found.flatMap((order): Decided[] => {
      const event = open.get(order._id)!;
      const change = withAnswer(order, answerOf(event), event);
      return change ? [{ order, change }] : [];
    });
    const written = await commit(context, decided);
    const changes = new Map(decided.map(({ order, change }) => [order._id, change]));
    const behind = new Set([...changes.keys()].filter((orderId) => !written.has(orderId)));
    stored.push(
      ...found
        .filter(({ _id }) => !behind.has(_id))
        .map((order) => ({ ...order, ...changes.get(order._id) })),
    );
    for (const orderId of open.keys()) if (!behind.has(orderId)) open.delete(orderId);
  }
  return stored;
}
