/** A reservation: what was decided for an order, and what became of it; either may be known first. */
import type { Collection, IndexDescription } from 'mongodb';
import type { ModuleContext, OutboxDocument, OutboxRecord } from '#host';
import { stockRejected, stockReserved } from './events.ts';

export interface StockLine {
  productId: string;
  quantity: number;
}

/** A line, and the attempt by which it was set aside for the decision to count. */
export interface DecidedLine extends StockLine {
  attempt?: string;
}

export interface ReservationDocument extends OutboxDocument {
  /** The order's id. */
  _id: string;
  decision?: 'reserved' | 'rejected';
  /** The products that there was not enough of, where it was rejected. */
  missing?: string[];
  /**
   * Sold; on the way back after it was sold; or back in stock, whether it was sold before or not. What
   * gives back stands against a sale that is told later, since the pieces may be gone by then. So the
   * order in which the ends of an order come changes nothing.
   */
  end?: 'sold' | 'restocking' | 'released';
  lines?: DecidedLine[];
  /** The tokens in products that count for the way back. */
  restock?: { productId: string; attempt: string }[];
  outbox?: OutboxRecord[];
}

export type Decided = Required<
  Pick<ReservationDocument, '_id' | 'decision' | 'missing' | 'lines' | 'outbox'>
>;

/** Reservations whose order has not ended, as far as is known here. */
export const OPEN = { decision: 'reserved', end: { $exists: false } } as const;

export const reservationIndexes: IndexDescription[] = [
  { name: 'open', key: { decision: 1, end: 1 }, partialFilterExpression: { decision: 'reserved' } },
];

export function reservations({ db }: ModuleContext): Collection<ReservationDocument> {
  return db.collection<ReservationDocument>('reservations');
}

/** The reservations of these orders, as far as there are any, by order. */
export async function findReservations(
  context: ModuleContext,
  orderIds: readonly string[],
): Promise<Map<string, ReservationDocument>> {
  const found = await reservations(context)
    .find({ _id: { $in: [...orderIds] } })
    .toArray();
  return new Map(found.map((reservation) => [reservation._id, reservation]));
}

/** The event that tells of a decision. */
export function answerOf(
  {
    _id: orderId,
    decision,
    missing = [],
  }: Pick<ReservationDocument, '_id' | 'decision' | 'missing'>,
  cause?: { traceparent?: string | undefined },
): OutboxRecord {
  return decision === 'reserved'
    ? stockReserved.create({ orderId }, cause)
    : stockRejected.create({ orderId, productIds: missing }, cause);
}
