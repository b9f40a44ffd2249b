/** Storing the answers of other modules with their orders. */
import { gather, perContext, type Event, type ModuleContext } from '#host';
import { withAnswer, type OrderDocument } from './order.ts';
import { joined, STATUS, statusOf, type Answers } from './status.ts';
import { commit, findOrders, remembered, type Decided } from './store.ts';

/** How long an answer waits for the other that its order needs, to be stored by one write with it, in ms. */
const JOIN_MS = 100;

interface Received {
  event: Event<{ orderId: string }>;
  answer: Answers;
}

/**
 * Stores an answer with each of its orders and publishes what follows from it. Orders that are not
 * ours (the tutorial's own) are passed over. Gives the order of each event as it is then.
 */
export async function storeAnswers<E extends Received['event']>(
  context: ModuleContext,
  events: readonly E[],
  answerOf: (event: E) => Answers,
): Promise<(OrderDocument | undefined)[]> {
  const { store, calls } = storing(context);
  const stream = events[0]?.stream ?? '';
  const underWay = (calls.get(stream) ?? 0) + 1;
  calls.set(stream, underWay);
  // Of a subscription's calls one does not wait, so that answers always come through.
  const waits = underWay < context.config.BUS_CONCURRENCY;
  try {
    return await Promise.all(
      events.map((event) => store({ event, answer: answerOf(event) }, waits)),
    );
  } finally {
    calls.set(stream, calls.get(stream)! - 1);
  }
}

/**
 * What comes at the same time, on whichever stream, is stored together; so is what an order has
 * waited for with the answer before it.
 */
const storing = perContext((context) => {
  const write = gather((received: Received[]) => storeTogether(context, received));
  /** Calls under way, by stream. */
  const calls = new Map<string, number>();
  /** What lets an answer go that waits for another, by order. */
  const waiting = new Map<string, () => void>();
  const store = async (received: Received, waits: boolean): Promise<OrderDocument | undefined> => {
    const { orderId } = received.event.data;
    const other = waiting.get(orderId);
    if (other) other();
    else if (waits && needsAnother(remembered(context).get(orderId), received.answer)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(orderId, resolve);
      const timer = setTimeout(resolve, JOIN_MS);
      await promise;
      clearTimeout(timer);
      waiting.delete(orderId);
    }
    return write(received);
  };
  return { store, calls };
});

/** Whether an answer decides nothing before another is there. */
function needsAnother(order: OrderDocument | undefined, answer: Answers): boolean {
  return order !== undefined && statusOf(joined(order.answers, answer)) === STATUS.created;
}

/** An order that somebody else was faster with is decided on again. */
async function storeTogether(
  context: ModuleContext,
  received: readonly Received[],
): Promise<(OrderDocument | Error | undefined)[]> {
  const open = Map.groupBy(received, ({ event }) => event.data.orderId);
  const results = new Map<string, OrderDocument | Error>();
  let known: ReadonlyMap<string, OrderDocument | undefined> = remembered(context);
  while (open.size > 0) {
    const ids = [...open.keys()];
    // Taken before anything is waited for: an order that ends meanwhile is remembered no more.
    const here = ids.flatMap((id) => known.get(id) ?? []);
    const unknown = ids.filter((id) => !known.get(id));
    const found = unknown.length > 0 ? await findOrders(context, unknown).toArray() : [];
    const decided = [...here, ...found].flatMap((before): Decided[] => {
      const { _id } = before;
      try {
        const after = open
          .get(_id)!
          .reduce((order, { answer, event }) => withAnswer(order, answer, event), before);
        results.set(_id, after);
        return [{ before, after }];
      } catch (error) {
        // What is wrong with one order does not concern the others.
        results.set(_id, error as Error);
        return [];
      }
    });
    known = await commit(context, decided);
    for (const id of ids) if (!known.has(id)) open.delete(id);
  }
  return received.map(({ event }) => results.get(event.data.orderId));
}
