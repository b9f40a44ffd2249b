/** Payments in MongoDB: how they are read. */
import type { Filter } from 'mongodb';
import type { ModuleContext } from '#host';
import type { PaymentDocument, Status } from './payment.ts';
import { IS_PAYMENT, ofStatus, payments } from './store.ts';

/** A payment, whoever's it is. */
export function findPayment(
  context: ModuleContext,
  paymentId: string,
): Promise<PaymentDocument | null> {
  return payments(context).findOne({ _id: paymentId, ...IS_PAYMENT });
}

/** The payment that a provider knows by this name. */
export function findByReference(
  context: ModuleContext,
  provider: string,
  reference: string,
): Promise<PaymentDocument | null> {
  return payments(context).findOne({ reference, provider });
}

/** The payments with these ids, as they are now. */
export function findPayments(
  context: ModuleContext,
  paymentIds: readonly string[],
): Promise<PaymentDocument[]> {
  return payments(context)
    .find({ _id: { $in: [...paymentIds] } })
    .toArray();
}

/** The payment, if it is the user's. */
export function findOwn(
  context: ModuleContext,
  paymentId: string,
  userId: string,
): Promise<PaymentDocument | null> {
  return payments(context).findOne({ _id: paymentId, userId });
}

/** The payment of an order, if it is the user's. */
export function findOwnOfOrder(
  context: ModuleContext,
  orderId: string,
  userId: string,
): Promise<PaymentDocument | null> {
  return payments(context).findOne({ orderId, userId });
}

export interface PageQuery {
  status?: Status | undefined;
  limit: number;
  /** The last payment of the page before. */
  after?: string | undefined;
}

/** Payments, the newest first: their ids begin with the time. */
export function listPayments(
  context: ModuleContext,
  { status, limit, after }: PageQuery,
): Promise<PaymentDocument[]> {
  const filter: Filter<PaymentDocument> = {
    ...IS_PAYMENT,
    ...(status && ofStatus(status)),
    ...(after && { _id: { $lt: after } }),
  };
  return payments(context).find(filter).sort({ _id: -1 }).limit(limit).toArray();
}

/** Payments that have ended and were changed since a time, in ms since the epoch. */
export function endedSince(context: ModuleContext, since: number): AsyncIterable<PaymentDocument> {
  return payments(context)
    .find({ ended: { $exists: true }, updatedAt: { $gte: new Date(since) } })
    .sort({ updatedAt: 1 });
}
