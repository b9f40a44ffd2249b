/**
 * Stock: all lines of an order are set aside or none, on single-document writes alone.
 *
 * A line is set aside in its product by one conditional update that names the order, so it cannot
 * happen twice nor below zero. Then one document decides for the whole order. Whoever finds a
 * decision makes the lines follow it; so of several that work on one order at the same time, or
 * one after the other's crash, none can leave a line behind.
 */
import type { AnyBulkWriteOperation, Collection, IndexDescription } from 'mongodb';
import { isDuplicateKey, type ModuleContext, type OutboxDocument, type OutboxRecord } from '#host';
import { stockRejected, stockReserved } from './events.ts';
import type { ProductDocument } from './product.ts';

/** Reservations that are asked about at a time. */
const BATCH = 500;

/** Reservations whose order has not ended, as far as is known here. */
const OPEN = { decision: 'reserved', end: { $exists: false } } as const;

export const reservationIndexes: IndexDescription[] = [
  { name: 'open', key: { decision: 1, end: 1 }, partialFilterExpression: { decision: 'reserved' } },
];

export interface StockLine {
  productId: string;
  quantity: number;
}

/** What was decided for an order, and what became of it; either may be known first. */
export interface ReservationDocument extends OutboxDocument {
  /** The order's id. */
  _id: string;
  decision?: 'reserved' | 'rejected';
  /** The products that there was not enough of, where it was rejected. */
  missing?: string[];
  end?: 'sold' | 'released';
  lines?: StockLine[];
  outbox?: OutboxRecord[];
}

type Decided = Required<
  Pick<ReservationDocument, '_id' | 'decision' | 'missing' | 'lines' | 'outbox'>
>;

/** An order that wants its lines set aside. */
export interface StockRequest {
  orderId: string;
  lines: StockLine[];
  /** Whether the answer is wanted though it was given before. */
  again: boolean;
  cause: { traceparent?: string | undefined };
}

const products = ({ db }: ModuleContext): Collection<ProductDocument> =>
  db.collection<ProductDocument>('products');

const reservations = ({ db }: ModuleContext): Collection<ReservationDocument> =>
  db.collection<ReservationDocument>('reservations');

/** Decides for each order whether it gets its products, and publishes the answers. */
export async function reserve(
  context: ModuleContext,
  requests: readonly StockRequest[],
): Promise<void> {
  const known = await find(
    context,
    requests.map(({ orderId }) => orderId),
  );
  const open = requests.filter(({ orderId }) => !known.get(orderId)?.decision);
  const missed = requests.flatMap(({ orderId, again, cause }) => {
    const earlier = known.get(orderId);
    return again && earlier?.decision ? [answerOf(earlier, cause)] : [];
  });
  await context.republish(missed);
  if (open.length > 0) {
    await products(context).bulkWrite(
      open.flatMap(({ orderId, lines }) => lines.map((line) => setAside(orderId, line))),
      // In the order of their coming: who orders first gets the last piece.
      { ordered: true },
    );
    const held = await heldLines(context, open);
    const wanted = open.map(({ orderId, lines, cause }): Decided => {
      const missing = lines
        .map(({ productId }) => productId)
        .filter((id) => !held.get(orderId)?.has(id));
      const decision = missing.length === 0 ? 'reserved' : 'rejected';
      const answer = answerOf({ _id: orderId, decision, missing }, cause);
      return { _id: orderId, decision, missing, lines, outbox: [answer] };
    });
    await decide(context, wanted);
  }
  await follow(
    context,
    requests.map(({ orderId }) => orderId),
  );
}

/** The event that tells of a decision. */
function answerOf(
  { _id: orderId, decision, missing = [] }: ReservationDocument,
  cause?: StockRequest['cause'],
): OutboxRecord {
  return decision === 'reserved'
    ? stockReserved.create({ orderId }, cause)
    : stockRejected.create({ orderId, productIds: missing }, cause);
}

/** Asks again how the orders ended that something is still set aside for. */
export async function askForEnds(context: ModuleContext): Promise<void> {
  let events: OutboxRecord[] = [];
  for await (const { _id } of reservations(context).find(OPEN, { projection: { _id: 1 } })) {
    events.push(stockReserved.create({ orderId: _id, again: true }));
    if (events.length < BATCH) continue;
    await context.republish(events);
    events = [];
  }
  await context.republish(events);
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

async function find(
  context: ModuleContext,
  orderIds: readonly string[],
): Promise<Map<string, ReservationDocument>> {
  const found = await reservations(context)
    .find({ _id: { $in: [...orderIds] } })
    .toArray();
  return new Map(found.map((reservation) => [reservation._id, reservation]));
}

/** Stores the decisions that are the first of their orders, and publishes them. */
async function decide(context: ModuleContext, wanted: readonly Decided[]): Promise<void> {
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
    const now = await find(
      context,
      wanted.map(({ _id }) => _id),
    );
    stored = [...now.values()].filter(({ outbox }) =>
      outbox?.some(({ eventId }) => own.has(eventId)),
    );
  }
  await context.publish('reservations', stored);
}

/** Makes the lines of orders follow what was decided for them and what became of them. */
async function follow(context: ModuleContext, orderIds: readonly string[]): Promise<void> {
  const writes = [...(await find(context, orderIds)).values()].flatMap(
    ({ _id, decision, end, lines = [] }) =>
      decision === 'rejected' || end
        ? lines.map((line) => letGo(_id, line, decision === 'reserved' && end === 'sold'))
        : [],
  );
  if (writes.length > 0) await products(context).bulkWrite(writes, { ordered: false });
}

function setAside(
  orderId: string,
  { productId, quantity }: StockLine,
): AnyBulkWriteOperation<ProductDocument> {
  return {
    updateOne: {
      filter: {
        _id: productId,
        stockQty: { $gte: quantity },
        'reserved.orderId': { $ne: orderId },
      },
      update: { $inc: { stockQty: -quantity }, $push: { reserved: { orderId, quantity } } },
    },
  };
}

function letGo(
  orderId: string,
  { productId, quantity }: StockLine,
  sold: boolean,
): AnyBulkWriteOperation<ProductDocument> {
  return {
    updateOne: {
      filter: { _id: productId, 'reserved.orderId': orderId },
      update: {
        $inc: sold ? { soldQty: quantity } : { stockQty: quantity },
        $pull: { reserved: { orderId } },
      },
    },
  };
}

/** Which products are set aside for which order. */
async function heldLines(
  context: ModuleContext,
  requests: readonly StockRequest[],
): Promise<Map<string, Set<string>>> {
  const orderIds = requests.map(({ orderId }) => orderId);
  const productIds = new Set(
    requests.flatMap(({ lines }) => lines.map(({ productId }) => productId)),
  );
  const rows = await products(context)
    .aggregate<{ _id: string; orderIds: string[] }>([
      { $match: { _id: { $in: [...productIds] } } },
      { $project: { orderIds: { $setIntersection: ['$reserved.orderId', orderIds] } } },
    ])
    .toArray();
  const held = new Map<string, Set<string>>();
  for (const row of rows) {
    for (const orderId of row.orderIds)
      held.set(orderId, (held.get(orderId) ?? new Set()).add(row._id));
  }
  return held;
}
