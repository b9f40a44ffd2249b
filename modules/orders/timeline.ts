/** The timeline of an order: its events, and what failed on their way. */
import { toIso, type Failure } from '#host';
import { requireOrder, type OrderStore } from './store.ts';

/** What failed lately on the way of an order's events, in any module. */
export type FailuresOf = (orderId: string) => Promise<Failure[]>;

/**
 * The events that the order remembers, and what failed on their way in any module. That a store was away
 * is nothing that happened to the order.
 *
 * @throws DomainError where there is no such order, or the user given has none
 */
export async function timelineOf(
  store: OrderStore,
  failuresOf: FailuresOf,
  { orderId, userId }: { orderId: string; userId?: string },
) {
  const { timeline } = await requireOrder(store, orderId, userId);
  const failures = await failuresOf(orderId);
  const items = [
    // Their schema leaves out the reason.
    ...timeline.map((entry) => ({ kind: 'event' as const, ...entry })),
    ...failures.flatMap(({ outcome, ...failure }) => {
      if (outcome === 'deferred') return [];
      const kind = outcome === 'retried' ? ('retry' as const) : ('dead-letter' as const);
      return [{ kind, ...failure }];
    }),
  ];
  return {
    orderId,
    items: items.toSorted((a, b) => a.at - b.at).map((item) => ({ ...item, at: toIso(item.at) })),
  };
}
