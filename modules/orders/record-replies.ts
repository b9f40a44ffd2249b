/** Storing the replies of other modules with their orders. */
import { groupCommit, type Event } from '#host';
import type { OrderDocument } from './document.ts';
import { withReply } from './order.ts';
import { merge, statusOf, type Replies } from './replies.ts';
import { STATUS } from './states.ts';
import { commit, findOrders, type Decided, type OrderStore } from './store.ts';

/** How long a reply waits for the other that its order needs, to be stored by one write with it, in ms. */
const MERGE_MS = 100;

interface Received {
  event: Event<{ orderId: string }>;
  reply: Replies;
}

/**
 * Stores a reply with each of its orders and publishes what follows from it. Orders that are not ours
 * (the tutorial's own) are skipped. Gives the order of each event as it is then.
 */
export type RecordReplies = <E extends Received['event']>(
  events: readonly E[],
  replyOf: (event: E) => Replies,
) => Promise<(OrderDocument | undefined)[]>;

/**
 * What comes at the same time, on whichever stream, is stored together; so is what an order has waited
 * for with the reply before it. Of a subscription's `concurrency` calls one does not wait, so that
 * replies always come through.
 */
export function createRecordReplies(store: OrderStore, concurrency: number): RecordReplies {
  const write = groupCommit((received: Received[]) => storeTogether(store, received));
  /** Calls under way, by stream. */
  const calls = new Map<string, number>();
  /** What lets a reply go that waits for another, by order. */
  const waiting = new Map<string, () => void>();

  async function record(received: Received, waits: boolean): Promise<OrderDocument | undefined> {
    const { orderId } = received.event.data;
    const other = waiting.get(orderId);
    if (other) other();
    else if (waits && needsAnother(store.remembered.get(orderId), received.reply)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(orderId, resolve);
      const timer = setTimeout(resolve, MERGE_MS);
      await promise;
      clearTimeout(timer);
      waiting.delete(orderId);
    }
    return write(received);
  }

  return async (events, replyOf) => {
    const stream = events[0]?.stream ?? '';
    const underWay = (calls.get(stream) ?? 0) + 1;
    calls.set(stream, underWay);
    const waits = underWay < concurrency;
    try {
      return await Promise.all(
        events.map((event) => record({ event, reply: replyOf(event) }, waits)),
      );
    } finally {
      calls.set(stream, calls.get(stream)! - 1);
    }
  };
}

/** Whether a reply decides nothing before another is there. */
function needsAnother(order: OrderDocument | undefined, reply: Replies): boolean {
  return order !== undefined && statusOf(merge(order.answers, reply)) === STATUS.created;
}

/** An order that somebody else was faster with is decided on again. */
async function storeTogether(
  store: OrderStore,
  received: readonly Received[],
): Promise<(OrderDocument | Error | undefined)[]> {
  const open = Map.groupBy(received, ({ event }) => event.data.orderId);
  const results = new Map<string, OrderDocument | Error>();
  let known: ReadonlyMap<string, OrderDocument | undefined> = store.remembered;
  while (open.size > 0) {
    const ids = [...open.keys()];
    // Taken before anything is waited for: an order that ends meanwhile is remembered no more.
    const here = ids.flatMap((id) => known.get(id) ?? []);
    const unknown = ids.filter((id) => !known.get(id));
    const found = unknown.length > 0 ? await findOrders(store, unknown).toArray() : [];
    const decided = [...here, ...found].flatMap((before): Decided[] => {
      const { _id } = before;
      try {
        const after = open
          .get(_id)!
          .reduce((order, { reply, event }) => withReply(order, reply, event), before);
        results.set(_id, after);
        return [{ before, after }];
      } catch (error) {
        // What is wrong with one order does not concern the others.
        results.set(_id, error as Error);
        return [];
      }
    });
    known = await commit(store, decided);
    for (const id of ids) if (!known.has(id)) open.delete(id);
  }
  return received.map(({ event }) => results.get(event.data.orderId));
}
