/**
 * Stock: all lines of an order are set aside or none, on single-document writes alone.
 *
 * A line is set aside in its product by one conditional update that names the order, so it cannot
 * happen twice nor below zero. Then one document decides for the whole order, and names the lines
 * that count. Whoever finds a decision makes the lines follow it; so of several that work on one
 * order at the same time, or one after the other's crash, none can leave a line behind.
 */
import { MongoBulkWriteError } from 'mongodb';
import { isDuplicateKey, type ModuleContext, type OutboxDocument } from '#host';
import { dropWritten } from './catalogue-cache.ts';
import { carryOut, follow } from './ends.ts';
import { stockReserved } from './events.ts';
import {
  answerOf,
  findReservations,
  OPEN,
  reservations,
  type Decided,
  type StockLine,
} from './reservation.ts';
import { setLinesAside } from './set-aside.ts';

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
  const fresh = open.length > 0 ? await decideAll(context, open) : new Set<string>();
  await follow(
    context,
    orderIds.filter((orderId) => !fresh.has(orderId)),
  );
}

/**
 * Sets lines aside, decides, and gives back what is held of orders that do not get all. Gives the
 * orders that are done with: nothing was known of them before, so no end of theirs was missed.
 */
async function decideAll(
  context: ModuleContext,
  open: readonly StockRequest[],
): Promise<Set<string>> {
  const { held, soldOut, low } = await setLinesAside(context, open);
  await context.publish('products', low);
  await dropWritten(context, soldOut);
  const wanted = open.map((request) => decisionOn(request, held.get(request.orderId)));
  const fresh = await decide(context, wanted);
  await carryOut(
    context,
    wanted.filter(({ _id, decision }) => fresh.has(_id) && decision === 'rejected'),
  );
  return fresh;
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

/**
 * Stores the decisions that are the first of their orders, and publishes them. Gives the orders of
 * which nothing had been stored before, not even how they ended.
 */
async function decide(context: ModuleContext, wanted: readonly Decided[]): Promise<Set<string>> {
  let stored: readonly OutboxDocument[] = wanted;
  let upserted: Record<number, unknown>;
  try {
    const result = await reservations(context).bulkWrite(
      wanted.map(({ _id, outbox, ...decided }) => ({
        updateOne: {
          filter: { _id, decision: { $exists: false } },
          update: { $set: decided, $push: { outbox: { $each: outbox } } },
          upsert: true,
        },
      })),
      { ordered: false },
    );
    upserted = result.upsertedIds;
  } catch (error) {
    if (!isDuplicateKey(error) || !(error instanceof MongoBulkWriteError)) throw error;
    upserted = error.upsertedIds;
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
  return new Set(wanted.filter((_, i) => i in upserted).map(({ _id }) => _id));
}

/** Asks again how the orders ended that something is still set aside for. */
export async function askForEnds(context: ModuleContext): Promise<void> {
  const open = reservations(context).find(OPEN, { projection: { _id: 1 } });
  await context.republish(
    open.map(({ _id }) => stockReserved.create({ orderId: _id, again: true })),
  );
}
