/**
 * Stock: all lines of an order are set aside or none, on single-document writes alone.
 *
 * A line is set aside in its product by one conditional update that names the order, so it cannot
 * happen twice nor below zero. Then one document decides for the whole order, and names the lines
 * that count. Whoever finds a decision makes the lines follow it; so of several that work on one
 * order at the same time, or one after the other's crash, none can leave a line behind.
 */
import { randomUUID } from 'node:crypto';
import { isDuplicateKey, type ModuleContext, type OutboxDocument } from '#host';
import { stockReserved } from './events.ts';
import { heldLines, ordersSetAsideBefore, products, setAside, writesFor } from './lines.ts';
import {
  answerOf,
  findReservations,
  OPEN,
  reservations,
  type Decided,
  type StockLine,
} from './reservation.ts';

/** Reservations that are looked at at a time. */
const BATCH = 500;
/** How long a line is set aside before it is looked at whether it is a stray one, in ms. */
const STRAY_AFTER_MS = 15_000;

/** An order that wants its lines set aside. */
export interface StockRequest {
  orderId: string;
  lines: StockLine[];
  /** Whether the answer is wanted though it was given before. */
  again: boolean;
  cause: { traceparent?: string | undefined };
}

/** Decides for each order whether it gets its products, and publishes the answers. */
export async function reserve(
  context: ModuleContext,
  requests: readonly StockRequest[],
): Promise<void> {
  const orderIds = requests.map(({ orderId }) => orderId);
  const known = await findReservations(context, orderIds);
  const missed = requests.flatMap(({ orderId, again, cause }) => {
    const earlier = known.get(orderId);
    return again && earlier?.decision ? [answerOf(earlier, cause)] : [];
  });
  await context.republish(missed);
  const open = requests.filter(({ orderId }) => !known.get(orderId)?.decision);
  let fresh = new Set<string>();
  if (open.length > 0) {
    const attempt = randomUUID();
    await products(context).bulkWrite(
      open.flatMap(({ orderId, lines }) => lines.map((line) => setAside(orderId, line, attempt))),
      // In the order of their coming: who orders first gets the last piece.
      { ordered: true },
    );
    const held = await heldLines(context, open);
    fresh = await decide(
      context,
      open.map((request) => decisionOn(request, held.get(request.orderId))),
    );
  }
  await follow(context, orderIds, fresh);
}

function decisionOn(
  { orderId: _id, lines, cause }: StockRequest,
  held: ReadonlyMap<string, string> = new Map(),
): Decided {
  const missing = lines.map(({ productId }) => productId).filter((id) => !held.has(id));
  const decision = missing.length === 0 ? 'reserved' : 'rejected';
  return {
    _id,
    decision,
    missing,
    lines: lines.map((line) => ({ ...line, attempt: held.get(line.productId) ?? '' })),
    outbox: [answerOf({ _id, decision, missing }, cause)],
  };
}

/** Stores the decisions that are the first of their orders, and publishes them. Gives these orders. */
async function decide(context: ModuleContext, wanted: readonly Decided[]): Promise<Set<string>> {
  let stored: readonly OutboxDocument[] = wanted;
  try {
    await reservations(context).bulkWrite(
      wanted.map(({ _id, outbox, ...decided }) => ({
        updateOne: {
          filter: { _id, decision: { $exists: false } },
          update: { $set: decided, $push: { outbox: { $each: outbox } } },
          upsert: true,
        },
      })),
      { ordered: false },
    );
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const own = new Set(wanted.map(({ outbox }) => outbox[0]?.eventId));
    const now = await findReservations(
      context,
      wanted.map(({ _id }) => _id),
    );
    stored = [...now.values()].filter(({ outbox }) =>
      outbox?.some(({ eventId }) => own.has(eventId)),
    );
  }
  await context.publish('reservations', stored);
  return new Set(stored.map(({ _id }) => _id));
}

/** Turns what is set aside for these orders into a sale. */
export async function sell(context: ModuleContext, orderIds: readonly string[]): Promise<void> {
  await finish(context, orderIds, 'sold');
}

/** Gives back what is set aside for these orders. */
export async function release(context: ModuleContext, orderIds: readonly string[]): Promise<void> {
  await finish(context, orderIds, 'released');
}

async function finish(
  context: ModuleContext,
  orderIds: readonly string[],
  end: 'sold' | 'released',
): Promise<void> {
  await reservations(context).bulkWrite(
    orderIds.map((_id) => ({
      updateOne: { filter: { _id }, update: { $set: { end } }, upsert: true },
    })),
    { ordered: false },
  );
  await follow(context, orderIds);
}

/**
 * Makes the lines of orders follow what was decided for them and what became of them. Of `fresh`
 * orders, whose decision was made of the lines just now, those that are reserved need nothing.
 */
async function follow(
  context: ModuleContext,
  orderIds: readonly string[],
  fresh: ReadonlySet<string> = new Set(),
): Promise<void> {
  const found = await findReservations(context, orderIds);
  const writes = [...found.values()]
    .filter(({ _id, decision, end }) => !fresh.has(_id) || decision !== 'reserved' || end)
    .flatMap(writesFor);
  if (writes.length > 0) await products(context).bulkWrite(writes, { ordered: false });
}

/** Asks again how the orders ended that something is still set aside for. */
export async function askForEnds(context: ModuleContext): Promise<void> {
  const open = reservations(context).find(OPEN, { projection: { _id: 1 } });
  await context.republish(
    open.map(({ _id }) => stockReserved.create({ orderId: _id, again: true })),
  );
}

/**
 * Gives back lines that a process set aside when their order had ended, and ended itself before it
 * could see that.
 */
export async function returnStrays(context: ModuleContext): Promise<void> {
  const before = new Date(Date.now() - STRAY_AFTER_MS);
  for await (const orderIds of ordersSetAsideBefore(context, before, BATCH)) {
    await follow(context, orderIds);
  }
}
