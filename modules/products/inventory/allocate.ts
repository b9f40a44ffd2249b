/** Which orders get their products: decided in memory, on the stock as a transaction has read it. */
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
    const outbox = [answerOf({ _id, decision, missing }, cause)];
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

/** How many pieces the lines hold of each product. */
export function piecesOf(lines: Iterable<StockLine>): Map<string, number> {
  const pieces = new Map<string, number>();
  for (const { productId, quantity } of lines)
    pieces.set(productId, (pieces.get(productId) ?? 0) + quantity);
  return pieces;
}
