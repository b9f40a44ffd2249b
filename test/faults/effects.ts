/** What each event must have led to once its group has acknowledged it. */
import type { Filter, MongoClient } from 'mongodb';
import { databaseOf } from './topology.ts';

interface Effect {
  module: string;
  collection: string;
  /** The field that holds the order's id. */
  by: '_id' | 'orderId';
  /** Holds for documents in which the effect is not stored. */
  lacking: Filter<Record<string, unknown>>;
  /** Whether a document must be there; where not, the event may be of nobody's order. */
  required: boolean;
}

const decided: Effect = {
  module: 'products',
  collection: 'reservations',
  by: '_id',
  lacking: { decision: { $exists: false } },
  required: true,
};
const finished: Effect = { ...decided, lacking: { end: { $exists: false } } };
const scored: Effect = {
  module: 'digital-identity',
  collection: 'scores',
  by: '_id',
  lacking: { score: { $exists: false }, waitingFor: { $exists: false } },
  required: true,
};
const paid: Effect = {
  module: 'payments',
  collection: 'payments',
  by: 'orderId',
  lacking: { status: 'initiated' },
  required: true,
};
const answered = (by: 'stock' | 'identity' | 'payment' | 'refund'): Effect => ({
  module: 'orders',
  collection: 'orders',
  by: '_id',
  lacking: { [`answers.${by}`]: { $exists: false } },
  required: false,
});

const noted = (fact: string): Effect => ({
  module: 'order-history',
  collection: 'history',
  by: '_id',
  lacking: { [fact]: { $exists: false } },
  required: true,
});

const EFFECTS: Record<string, Effect> = {
  'products order.placed': decided,
  'products order.paid': finished,
  'products order.rejected': finished,
  'products order.payment_failed': finished,
  'products order.cancelled': finished,
  'products order.refunded': finished,
  'digital-identity order.placed': scored,
  'order-history order.placed': noted('placed'),
  'order-history order.accepted': noted('accepted'),
  'order-history order.rejected': noted('rejected'),
  'order-history order.paid': noted('paid'),
  'order-history order.payment_failed': noted('paymentFailed'),
  'order-history order.cancelled': noted('cancelled'),
  'order-history order.refund_requested': noted('refundRequested'),
  'order-history order.refunded': noted('refunded'),
  'order-history payment.processed': noted('processed'),
  'order-history payment.failed': noted('declined'),
  'order-history payment.refunded': noted('refunds'),
  'payments order.accepted': paid,
  'orders stock.reserved': answered('stock'),
  'orders stock.rejected': answered('stock'),
  'orders identity.scored': answered('identity'),
  'orders payment.refunded': answered('refund'),
  'orders payment.processed': answered('payment'),
  'orders payment.failed': answered('payment'),
};

/** Gives those of the orders in which the effect of the event on the group's module is not stored. */
export async function withoutEffect(
  mongodb: MongoClient,
  group: string,
  type: string,
  orderIds: readonly string[],
): Promise<string[]> {
  const effect = EFFECTS[`${group} ${type}`];
  if (!effect || orderIds.length === 0) return [];
  const { module, collection, by, lacking, required } = effect;
  const found = await mongodb
    .db(databaseOf(module))
    .collection(collection)
    .find({ [by]: { $in: [...orderIds] } }, { projection: { [by]: 1 } })
    .toArray();
  const lacks = await mongodb
    .db(databaseOf(module))
    .collection(collection)
    .find({ [by]: { $in: [...orderIds] }, ...lacking }, { projection: { [by]: 1 } })
    .toArray();
  const there = new Set(found.map((one) => String(one[by])));
  return [
    ...lacks.map((one) => String(one[by])),
    ...(required ? orderIds.filter((orderId) => !there.has(orderId)) : []),
  ];
}
