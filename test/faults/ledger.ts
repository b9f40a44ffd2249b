/** Everything that is written down at the end of a run, read past the code that wrote it. */
import type { RedisClient } from '../../src/bus/index.ts';
import type { MongoClient } from 'mongodb';
import type { ScoreDocument } from '../../modules/digital-identity/score-document.ts';
import type { HistoryDocument } from '../../modules/order-history/history.ts';
import type { OrderDocument } from '../../modules/orders/document.ts';
import type { PaymentDocument } from '../../modules/payments/document.ts';
import type { ProductDocument } from '../../modules/products/catalogue/product.ts';
import type { ReservationDocument } from '../../modules/products/inventory/reservation.ts';
import type { Purchase } from './purchase.ts';
import type { SeededProduct } from './catalogue.ts';
import type { Entry } from './fields.ts';
import { readLetters, readStream, type Letter } from './letters.ts';
import type { Poison } from './poison.ts';
import { unrest } from './quiet.ts';
import type { Premature } from './observer.ts';
import { databaseOf, STREAMS } from './topology.ts';

/** What the harness itself knows. */
export interface Known {
  purchases: readonly Purchase[];
  seeded: readonly SeededProduct[];
  poisons: readonly Poison[];
  /** Dead letters that were there before Redis was flushed. */
  lettersBefore: readonly Letter[];
  /** What processes did that none may do. */
  misbehaviour: readonly string[];
  /** Acknowledgements that came before their effect, and how many were looked at. */
  premature: readonly Premature[];
  observed: number;
  /** Since when nothing is broken any more, in ms since the epoch. */
  mendedAt: number;
}

export interface Ledger extends Known {
  orders: Map<string, OrderDocument>;
  payments: PaymentDocument[];
  paymentsOf: Map<string, PaymentDocument[]>;
  reservations: Map<string, ReservationDocument>;
  history: Map<string, HistoryDocument>;
  scores: Map<string, ScoreDocument>;
  products: Map<string, Pick<ProductDocument, 'stockQty' | 'takenQty'>>;
  streams: Map<string, Entry[]>;
  /** Those of before too. */
  letters: Letter[];
  /** What has not come to rest, a phrase each. */
  unrest: string[];
}

/** Reads it all. */
export async function readLedger(
  redis: RedisClient,
  mongodb: MongoClient,
  known: Known,
): Promise<Ledger> {
  const all = <T extends { _id: string }>(module: string, collection: string): Promise<T[]> =>
    mongodb
      .db(databaseOf(module))
      .collection<{ _id: string }>(collection)
      .find()
      .toArray() as Promise<T[]>;
  const [orders, paymentsAndMarks, reservations, products, history, scores] = await Promise.all([
    all<OrderDocument>('orders', 'orders'),
    all<PaymentDocument>('payments', 'payments'),
    all<ReservationDocument>('products', 'reservations'),
    all<ProductDocument>('products', 'products'),
    all<HistoryDocument>('order-history', 'history'),
    all<ScoreDocument>('digital-identity', 'scores'),
  ]);
  // Among them are marks of orders that must not be paid, which have no amount.
  const payments = paymentsAndMarks.filter(({ amount }) => amount !== undefined);
  const streams = new Map<string, Entry[]>();
  for (const stream of STREAMS) streams.set(stream, await readStream(redis, stream));
  return {
    ...known,
    orders: byId(orders),
    payments,
    paymentsOf: Map.groupBy(payments, ({ orderId }) => orderId),
    reservations: byId(reservations),
    products: byId(products),
    history: byId(history),
    scores: byId(scores),
    streams,
    letters: [...known.lettersBefore, ...(await readLetters(redis))],
    unrest: await unrest(redis, mongodb, known.mendedAt),
  };
}

function byId<T extends { _id: string }>(documents: readonly T[]): Map<string, T> {
  return new Map(documents.map((document) => [document._id, document]));
}
