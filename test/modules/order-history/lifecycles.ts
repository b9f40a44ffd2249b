/** Orders of all kinds, each with the events that tell its life. */
import type { Static } from 'typebox';
import type { EventContract } from '../../../src/bus/index.ts';
import {
  orderAccepted,
  orderCancelled,
  orderPaid,
  orderPaymentFailed,
  orderPlaced,
  orderRefunded,
  orderRefundRequested,
  orderRejected,
} from '../../../modules/orders/events.ts';
import {
  paymentFailed,
  paymentProcessed,
  paymentRefunded,
} from '../../../modules/payments/events.ts';
import type { Told } from './fakes.ts';

export interface Lifecycle {
  orderId: string;
  userId: string;
  /** When it was placed, in ms since the epoch; each step comes a second after the one before. */
  at: number;
  ends: 'placed' | 'paid' | 'declined' | 'rejected' | 'cancelled' | 'refunded' | 'partly refunded';
  productId?: string;
  brand?: string;
  category?: string;
  quantity?: number;
  unitPrice?: number;
}

/** The events of a life. Their ids follow from it, so the same life is told in the same words. */
export function eventsOf(life: Lifecycle): Required<Told> {
  const { orderId, userId, ends, quantity = 1, unitPrice = 100 } = life;
  const { productId = 'a', brand = 'Puma', category = 'Shoes' } = life;
  const totalAmount = quantity * unitPrice;
  const paymentId = `payment-of-${orderId}`;
  const told: Required<Told> = { orders: [], payments: [] };
  let at = life.at;
  function then<Contract extends EventContract>(
    by: keyof Told,
    contract: Contract,
    data: Static<Contract['data']>,
  ): void {
    const eventId = `${orderId}-${contract.type}-${told[by].length}`;
    told[by].push(contract.recreate(data, { eventId, at }));
    at += 1000;
  }
  const refund = (refundId: string, amount: number): void =>
    then('payments', paymentRefunded, {
      orderId,
      paymentId,
      userId,
      refundId,
      amount,
      refundedAmount: amount,
      orderStatusCode: amount === totalAmount ? 4 : 3,
      reason: 'broken',
    });

  const item = { productId, name: `Product ${productId}`, brand, category, quantity, unitPrice };
  then('orders', orderPlaced, { orderId, userId, currency: 'INR', totalAmount, items: [item] });
  if (ends === 'placed') return told;
  if (ends === 'rejected') {
    then('orders', orderRejected, { orderId, userId, reason: 'Not enough' });
    return told;
  }
  then('orders', orderAccepted, { orderId, userId, orderAmount: `${totalAmount}.00` });
  if (ends === 'declined') {
    const reason = 'no money';
    then('payments', paymentFailed, { orderId, paymentId, orderStatusCode: -3, userId, reason });
    then('orders', orderPaymentFailed, { orderId, userId, paymentId });
    return told;
  }
  if (ends === 'cancelled')
    then('orders', orderCancelled, { orderId, userId, reason: 'changed my mind' });
  then('payments', paymentProcessed, { orderId, paymentId, orderStatusCode: 3, userId });
  if (ends === 'cancelled') {
    refund('undone', totalAmount);
    return told;
  }
  then('orders', orderPaid, { orderId, userId, paymentId });
  if (ends === 'partly refunded') refund('some', 1);
  if (ends === 'refunded') {
    then('orders', orderRefundRequested, { orderId, userId, paymentId, reason: 'too large' });
    refund('all', totalAmount);
    then('orders', orderRefunded, { orderId, userId, paymentId, restock: true });
  }
  return told;
}

/** What many lives tell, one life after another. */
export function eventsOfAll(lives: readonly Lifecycle[]): Required<Told> {
  const all = lives.map(eventsOf);
  return {
    orders: all.flatMap(({ orders }) => orders),
    payments: all.flatMap(({ payments }) => payments),
  };
}

const ENDS = [
  'paid',
  'paid',
  'paid',
  'declined',
  'rejected',
  'cancelled',
  'refunded',
  'partly refunded',
] as const;

/** Lives of every kind, by several users, from a time on. */
export function manyLifecycles(count: number, prefix: string, from: number): Lifecycle[] {
  return Array.from({ length: count }, (_, i) => ({
    orderId: `${prefix}-${String(i).padStart(6, '0')}`,
    userId: `user-${i % 97}`,
    at: from + i * 10,
    ends: ENDS[i % ENDS.length]!,
    productId: `product-${i % 13}`,
    quantity: 1 + (i % 3),
  }));
}
