/** The books of orders and payments: nothing lost, nothing twice, the money right. */
import type { Ledger } from './ledger.ts';
import { DECLINED, ENDS, PAID, type Rule } from './violation.ts';

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
  promise: 'Every order ends: paid, rejected, or its payment declined.',
  *broken({ orders }) {
    for (const { _id: orderId, orderStatusCode } of orders.values())
      if (!ENDS.includes(orderStatusCode))
        yield { detail: `order ${orderId} stands at ${orderStatusCode}`, orderId };
  },
};

const onePayment: Rule = {
  name: 'one-payment-an-order',
  promise: 'A paid or declined order has one payment, which says the same; no other order has any.',
  *broken({ orders, paymentsOf }) {
    for (const [orderId, payments] of paymentsOf)
      if (!orders.has(orderId))
        yield { detail: `payment ${payments[0]!._id} is for no order`, orderId };
    for (const { _id: orderId, orderStatusCode, answers } of orders.values()) {
      const payments = paymentsOf.get(orderId) ?? [];
      const wants = { [PAID]: 'processed', [DECLINED]: 'failed' }[orderStatusCode as number];
      const right = wants
        ? payments.length === 1 &&
          payments[0]?.status === wants &&
          payments[0]._id === answers.payment?.paymentId
        : payments.length === 0 || !ENDS.includes(orderStatusCode);
      const shown = payments.map(({ _id, status }) => `${_id} ${status}`).join(', ') || 'none';
      if (!right)
        yield {
          detail: `order ${orderId} stands at ${orderStatusCode}, payments: ${shown}`,
          orderId,
        };
    }
  },
};

const takings: Rule = {
  name: 'takings-match-sales',
  promise: 'What was taken is what the paid orders cost.',
  *broken({ orders, payments }) {
    const sold = [...orders.values()].filter(({ orderStatusCode }) => orderStatusCode === PAID);
    const taken = payments.filter(({ status }) => status === 'processed');
    const cost = sum(sold.map(({ totalAmount }) => totalAmount));
    const amount = sum(taken.map((payment) => payment.amount));
    if (taken.length !== sold.length || amount !== cost)
      yield { detail: `${taken.length} payments of ${amount}, ${sold.length} orders of ${cost}` };
  },
};

const stock: Rule = {
  name: 'stock-adds-up',
  promise:
    'Of each product: what is left and what was sold is what there was; nothing stays set aside.',
  *broken(ledger) {
    const wanted = soldOf(ledger);
    for (const { productId, stockQty: start } of ledger.seeded) {
      const { stockQty = 0, soldQty = 0, reserved = [] } = ledger.products.get(productId) ?? {};
      const books = `${productId}: ${start} at the start, ${stockQty} left, ${soldQty} sold`;
      const [held] = reserved;
      if (held)
        yield {
          detail: `${books}, still set aside for ${reserved.length} orders`,
          orderId: held.orderId,
        };
      const aside = sum(reserved.map(({ quantity }) => quantity));
      if (stockQty + soldQty + aside !== start || stockQty < 0)
        yield { detail: `${books}, ${aside} set aside` };
      const paid = wanted.get(productId) ?? 0;
      if (soldQty !== paid) yield { detail: `${books}, but paid orders hold ${paid}` };
    }
  },
};

function soldOf({ orders }: Ledger): Map<string, number> {
  const sold = new Map<string, number>();
  for (const { orderStatusCode, items } of orders.values()) {
    if (orderStatusCode !== PAID) continue;
    for (const { productId, quantity } of items)
      sold.set(productId, (sold.get(productId) ?? 0) + quantity);
  }
  return sold;
}

function first(orderIds: ReadonlySet<string>): { orderId?: string } {
  const [orderId] = orderIds;
  return orderId === undefined ? {} : { orderId };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

export const orderRules: readonly Rule[] = [
  answered,
  oneOrder,
  kept,
  ended,
  onePayment,
  takings,
  stock,
];
