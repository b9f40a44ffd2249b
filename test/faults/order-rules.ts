/** The invariants of orders: nothing lost, nothing twice, each at its end. */
import { CANCELLED, ENDS, REFUNDED, type Rule } from './violation.ts';

const answered: Rule = {
  name: 'every-purchase-is-answered',
  promise: 'A purchase that is asked for again and again is taken in the end.',
  *broken({ purchases }) {
    for (const { key, refused, orderIds, requests } of purchases) {
      if (refused) yield { detail: `${key} was refused: ${refused}` };
      else if (orderIds.size === 0)
        yield { detail: `${key} had no answer after ${requests} requests` };
    }
  },
};

const oneOrder: Rule = {
  name: 'one-key-one-order',
  promise: 'The same idempotency key gives the same order, whoever is asked.',
  *broken({ purchases, orders }) {
    for (const { key, orderIds } of purchases) {
      if (orderIds.size <= 1) continue;
      yield { detail: `${key} was answered with ${[...orderIds].join(', ')}`, ...first(orderIds) };
    }
    const byKey = Map.groupBy(orders.values(), ({ idempotency }) => idempotency?.key ?? '');
    const keys = new Set(purchases.map(({ key }) => key));
    for (const [key, ofKey] of byKey) {
      const orderId = ofKey[0]!._id;
      if (ofKey.length > 1) yield { detail: `${key} made ${ofKey.length} orders`, orderId };
      if (!keys.has(key)) yield { detail: `nobody asked for order ${orderId}`, orderId };
    }
  },
};

const kept: Rule = {
  name: 'an-answered-order-is-kept',
  promise: 'An order that was answered is there, whatever was killed after the answer.',
  *broken({ purchases, orders }) {
    for (const { key, orderIds } of purchases)
      for (const orderId of orderIds)
        if (!orders.has(orderId)) yield { detail: `order ${orderId} of ${key} is lost`, orderId };
  },
};

const ended: Rule = {
  name: 'every-order-ends',
  promise: 'Every order ends: paid, rejected, declined, cancelled or refunded.',
  *broken({ orders }) {
    for (const { _id: orderId, orderStatusCode } of orders.values())
      if (!ENDS.includes(orderStatusCode))
        yield { detail: `order ${orderId} stands at ${orderStatusCode}`, orderId };
  },
};

const cancelled: Rule = {
  name: 'a-cancelled-order-ends-so',
  promise: 'An order whose cancellation was answered is cancelled, or refunded where it was paid.',
  *broken({ purchases, orders }) {
    for (const { key, cancelled: taken, orderIds } of purchases) {
      if (!taken) continue;
      for (const orderId of orderIds) {
        const status = orders.get(orderId)?.orderStatusCode;
        if (status !== CANCELLED && status !== REFUNDED)
          yield { detail: `${key} was cancelled, order ${orderId} stands at ${status}`, orderId };
      }
    }
  },
};

function first(orderIds: ReadonlySet<string>): { orderId?: string } {
  const [orderId] = orderIds;
  return orderId === undefined ? {} : { orderId };
}

export const orderRules: readonly Rule[] = [answered, oneOrder, kept, ended, cancelled];
