/** Which orders get their products, and what comes back: decided in memory, on what a transaction has read. */
import { stockLow } from '../events.ts';
import { answerOf, type Decided, type ReservationDocument, type StockLine } from './reservation.ts';

/** An order that wants its lines allocated. */
export interface StockRequest {
  orderId: string;
  lines: readonly StockLine[];
  /** Whether the answer is wanted though it was given before. */
  again: boolean;
  cause: { traceparent?: string | undefined };
}

export interface Allocation {
  decided: Decided[];
  /** How many pieces are taken of each product. */
  taken: Map<string, number>;
  /** The products of which nothing is left since. */
  soldOut: string[];
}

/**
 * Decides for each order, in the order of their coming, whether it gets all its lines or none, with
 * the events that report it: the answer, and `stock.low` where the order brings a stock to the
 * threshold. An order that was released before it came is answered, and takes nothing.
 */
export function allocate(
  requests: readonly StockRequest[],
  stock: ReadonlyMap<string, number>,
  ended: ReadonlyMap<string, Pick<ReservationDocument, 'end'>>,
  threshold: number,
): Allocation {
  const left = new Map(stock);
  const taken = new Map<string, number>();
  const decided = requests.map(({ orderId: _id, lines, cause }): Decided => {
    const wanted = piecesOf(lines);
    const missing = [...wanted].flatMap(([id, pieces]) =>
      pieces > (left.get(id) ?? 0) ? [id] : [],
    );
    const decision = missing.length > 0 ? 'rejected' : 'reserved';
    const outbox = [answerOf({ _id, decision, missing }, cause, left)];
    if (decision === 'reserved' && ended.get(_id)?.end !== 'released') {
      for (const [productId, pieces] of wanted) {
        const before = left.get(productId)!;
        const stockQty = before - pieces;
        left.set(productId, stockQty);
        taken.set(productId, (taken.get(productId) ?? 0) + pieces);
        if (before > threshold && stockQty <= threshold)
          outbox.push(stockLow.create({ productId, stockQty, threshold }));
      }
    }
    return { _id, decision, missing, lines, outbox };
  });
  const soldOut = [...taken.keys()].filter((id) => left.get(id) === 0);
  return { decided, taken, soldOut };
}

export interface Release {
  /** Orders of which nothing is known yet: they get nothing when they are placed. */
  fresh: string[];
  /** Orders whose reservation ends. */
  ending: string[];
  /** How many pieces come back of each product. */
  pieces: Map<string, number>;
}

/** Decides what comes back of orders, each of which may be asked for more than once. */
export function planRelease(
  orderIds: readonly string[],
  known: ReadonlyMap<string, ReservationDocument>,
): Release {
  const fresh = orderIds.filter((orderId) => !known.has(orderId));
  const ending = [...known.values()].filter(({ end }) => end !== 'released');
  const reserved = ending.filter(({ decision }) => decision === 'reserved');
  return {
    fresh,
    ending: ending.map(({ _id }) => _id),
    pieces: piecesOf(reserved.flatMap(({ lines = [] }) => lines)),
  };
}

/** How many pieces the lines hold of each product. */
export function piecesOf(lines: Iterable<StockLine>): Map<string, number> {
  const pieces = new Map<string, number>();
  for (const { productId, quantity } of lines)
    pieces.set(productId, (pieces.get(productId) ?? 0) + quantity);
  return pieces;
}
