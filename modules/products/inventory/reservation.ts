/** A reservation: what was decided for an order, and what became of it; either may be known first. */
import type { ClientSession, Collection, Db, IndexDescription } from 'mongodb';
import type { ModuleContext, OutboxDocument, OutboxRecord } from '#host';
import { stockRejected, stockReserved } from '../events.ts';

export interface StockLine {
  productId: string;
  quantity: number;
}

export interface ReservationDocument extends OutboxDocument {
  /** The order's id. */
  _id: string;
  decision?: 'reserved' | 'rejected';
  /** The products that there was not enough of, where it was rejected. */
  missing?: readonly string[];
  /**
   * Sold, or back in stock, whether it was sold before or not. What gives back stands against a sale
   * that comes later, since the pieces may be gone by then. So the order in which the ends of an
   * order come changes nothing.
   */
  end?: 'sold' | 'released';
  lines?: readonly StockLine[];
}

export type Decided = Required<Omit<ReservationDocument, 'end'>>;

/** Reservations whose order has not ended, as far as is known here. */
export const OPEN = { decision: 'reserved', end: { $exists: false } } as const;

export const reservationIndexes: IndexDescription[] = [
  { name: 'open', key: { decision: 1, end: 1 }, partialFilterExpression: { decision: 'reserved' } },
];

/** The collection of reservations, by order. */
export function reservationsOf(db: Db): Collection<ReservationDocument> {
  return db.collection<ReservationDocument>('reservations');
}

/** The reservations of these orders, as far as there are any, by order. */
export async function findReservations(
  reservations: Collection<ReservationDocument>,
  orderIds: readonly string[],
  session: ClientSession,
): Promise<Map<string, ReservationDocument>> {
  const found = await reservations.find({ _id: { $in: [...orderIds] } }, { session }).toArray();
  return new Map(found.map((reservation) => [reservation._id, reservation]));
}

/**
 * The event that reports a decision; `stock` is what there was when it was made, which is not known any
 * more where the answer is given again.
 */
export function answerOf(
  {
    _id: orderId,
    decision,
    missing = [],
  }: Pick<ReservationDocument, '_id' | 'decision' | 'missing'>,
  cause?: { traceparent?: string | undefined },
  stock?: ReadonlyMap<string, number>,
): OutboxRecord {
  const available = stock && missing.map((id) => ({ productId: id, quantity: stock.get(id) ?? 0 }));
  return decision === 'reserved'
    ? stockReserved.create({ orderId }, cause)
    : stockRejected.create(
        { orderId, productIds: [...missing], ...(available && { available }) },
        cause,
      );
}

/** Asks again how the orders ended that something is still reserved for. */
export async function askForOutcomes(
  reservations: Collection<ReservationDocument>,
  republish: ModuleContext['republish'],
): Promise<void> {
  const open = reservations.find(OPEN, { projection: { _id: 1 } });
  await republish(open.map(({ _id }) => stockReserved.create({ orderId: _id, again: true })));
}

/** What is reserved of a product. */
export interface Reserved {
  orders: number;
  pieces: number;
}

/** What is reserved of these products for open orders, by product, as far as there is any. */
export async function findReserved(
  reservations: Collection<ReservationDocument>,
  productIds: readonly string[],
  session: ClientSession,
): Promise<Map<string, Reserved>> {
  const ofThese = { 'lines.productId': { $in: [...productIds] } };
  const rows = await reservations
    .aggregate<Reserved & { _id: string }>(
      [
        { $match: { ...OPEN, ...ofThese } },
        { $unwind: '$lines' },
        { $match: ofThese },
        {
          $group: {
            _id: '$lines.productId',
            orders: { $sum: 1 },
            pieces: { $sum: '$lines.quantity' },
          },
        },
      ],
      { session },
    )
    .toArray();
  return new Map(rows.map(({ _id, orders, pieces }) => [_id, { orders, pieces }]));
}
