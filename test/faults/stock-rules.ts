/** The invariants of the stock: what is left and what was sold is what there was. */
import type { OrderDocument } from '../../modules/orders/document.ts';
import type { ReservationDocument } from '../../modules/products/inventory/reservation.ts';
import type { Ledger } from './ledger.ts';
import { sum } from './money-rules.ts';
import { PAID, REFUNDED, type Rule } from './violation.ts';

const stock: Rule = {
  name: 'stock-adds-up',
  promise:
    'Of each product: what is left and what was sold is what there was; nothing stays set aside.',
  *broken(ledger) {
    const wanted = soldOf(ledger);
    for (const { productId, stockQty: start } of ledger.seeded) {
      const { stockQty = 0, takenQty = 0 } = ledger.products.get(productId) ?? {};
      const held = [...ledger.reservations.values()].filter(
        ({ decision, lines = [] }) =>
          decision === 'reserved' && lines.some((line) => line.productId === productId),
      );
      const open = held.filter(({ end }) => end === undefined);
      const soldQty = piecesOf(
        productId,
        held.filter(({ end }) => end === 'sold'),
      );
      const aside = piecesOf(productId, open);
      const books = `${productId}: ${start} at the start, ${stockQty} left, ${soldQty} sold`;
      if (open[0])
        yield {
          detail: `${books}, still set aside for ${open.length} orders`,
          orderId: open[0]._id,
        };
      if (stockQty + soldQty + aside !== start || stockQty < 0)
        yield { detail: `${books}, ${aside} set aside` };
      if (takenQty !== soldQty + aside)
        yield { detail: `${books}, ${aside} set aside, but ${takenQty} taken` };
      const paid = wanted.get(productId) ?? 0;
      if (soldQty !== paid) yield { detail: `${books}, but paid orders hold ${paid}` };
    }
  },
};

function piecesOf(productId: string, reservations: readonly ReservationDocument[]): number {
  const lines = reservations.flatMap(({ lines: ofOne = [] }) => ofOne);
  return sum(lines.filter((line) => line.productId === productId).map(({ quantity }) => quantity));
}

function soldOf({ orders }: Ledger): Map<string, number> {
  const sold = new Map<string, number>();
  for (const order of orders.values()) {
    if (!isSold(order)) continue;
    for (const { productId, quantity } of order.items)
      sold.set(productId, (sold.get(productId) ?? 0) + quantity);
  }
  return sold;
}

const reservationsFit: Rule = {
  name: 'reservations-follow-orders',
  promise: 'A reservation has ended as its order has: sold, or given back.',
  *broken({ orders, reservations }) {
    for (const order of orders.values()) {
      const { decision, end } = reservations.get(order._id) ?? {};
      const wanted = isSold(order) ? 'sold' : 'released';
      if (decision === 'reserved' && end !== wanted)
        yield {
          detail: `order ${order._id} stands at ${order.orderStatusCode}, its reservation is ${end}`,
          orderId: order._id,
        };
    }
  },
};

/** What was cancelled after it was paid is back in stock; what the operator refunded is not. */
function isSold({ orderStatusCode, answers }: OrderDocument): boolean {
  if (orderStatusCode === PAID) return true;
  return orderStatusCode === REFUNDED && !answers.cancel;
}

export const stockRules: readonly Rule[] = [reservationsFit, stock];
