/** What `orders` publishes, and how an amount is written on the wire. */
import { createHash } from 'node:crypto';
import { Type, type TProperties } from 'typebox';
import { defineEvent, UnrecoverableError } from '#host';

export const ORDERS_STREAM = 'ORDERS_STREAM';

const stream = ORDERS_STREAM;
const orderId = Type.String({ minLength: 1, maxLength: 128 });
const userId = Type.String({ minLength: 1, maxLength: 128 });

/** Set where the event was published before and its answer has not come: it is to be given again. */
const again = Type.Optional(Type.Boolean());

/** How many decimals of the currency its smallest unit has: 2, an amount of 649 is 6.49. */
const unitDecimals = Type.Optional(
  Type.Integer({ minimum: 0, description: 'Decimals of the currency that amounts count in' }),
);

/** Where an order goes. */
export const Address = Type.Object({
  name: Type.String(),
  line1: Type.String(),
  line2: Type.Optional(Type.String()),
  city: Type.String(),
  postalCode: Type.String(),
  region: Type.Optional(Type.String()),
  country: Type.String({ description: 'By ISO 3166, two letters' }),
});

/** Whom the shop writes to about an order. */
export const Contact = Type.Object({
  email: Type.String(),
  phone: Type.Optional(Type.String()),
});

/** What every event of an order says, and what it says besides. */
const ofOrder = <Data extends TProperties>(type: string, data: Data) =>
  defineEvent({ stream, type, v: 1, key: 'orderId', data: { orderId, userId, ...data } });

const placed = {
  currency: Type.String(),
  decimals: unitDecimals,
  totalAmount: Type.Integer({ minimum: 0, description: 'In the smallest unit of the currency' }),
  items: Type.Array(
    Type.Object({
      productId: Type.String(),
      name: Type.String(),
      brand: Type.Optional(Type.String()),
      category: Type.Optional(Type.String()),
      quantity: Type.Integer({ minimum: 1 }),
      unitPrice: Type.Integer({
        minimum: 0,
        description: 'In the smallest unit of the currency',
      }),
    }),
    { minItems: 1 },
  ),
  origin: Type.Optional(
    Type.Object(
      { sessionId: Type.String(), browser: Type.String(), address: Type.String() },
      { description: 'Where the order comes from: its session, and keyed hashes' },
    ),
  ),
  again,
};

/** An order was written; its products are wanted. */
export const orderPlaced = ofOrder('order.placed', placed);

/**
 * The same of an order that is to be delivered: the total holds the price of that, which a reader of
 * version 1 would take for the items' alone. All that it takes to send a parcel, until its customer is erased:
 * the order is published by version 1 since then.
 */
export const orderPlacedForDelivery = defineEvent({
  stream,
  type: 'order.placed',
  v: 2,
  key: 'orderId',
  data: {
    orderId,
    userId,
    ...placed,
    delivery: Type.Object({
      method: Type.String({ description: 'Its id among the methods of the shop' }),
      methodName: Type.String(),
      price: Type.Integer({
        minimum: 0,
        description: 'In the smallest unit of the currency; a part of the total',
      }),
      address: Address,
      contact: Contact,
    }),
  },
});

/**
 * The order may be paid. The tutorial's own entry: three fields, no `type`. No other event on this
 * stream has a field `orderAmount`, by which the tutorial's services know it.
 */
export const orderAccepted = defineEvent({
  stream,
  type: 'order.accepted',
  v: 1,
  key: 'orderId',
  data: {
    orderId,
    orderAmount: Type.String({
      pattern: '^[0-9]{1,15}(\\.[0-9]{1,2})?$',
      description: 'The total with two decimals, for example 22885.00',
    }),
    userId,
    currency: Type.Optional(Type.String({ description: 'By ISO 4217' })),
    decimals: unitDecimals,
    again,
  },
  untyped: () => true,
});

/** The same where amounts have more than two decimals, which no reader of version 1 could take. */
export const orderAcceptedPrecisely = defineEvent({
  stream,
  type: 'order.accepted',
  v: 2,
  key: 'orderId',
  data: {
    orderId,
    orderAmount: Type.String({
      pattern: '^[0-9]{1,15}\\.[0-9]{3,4}$',
      description: 'The total with the decimals that amounts count in, for example 22.885',
    }),
    userId,
    currency: Type.String({ description: 'By ISO 4217' }),
    decimals: Type.Integer({ minimum: 3, description: 'Decimals that amounts count in' }),
    again,
  },
});

/** The order ended before it was paid. */
export const orderRejected = ofOrder('order.rejected', { reason: Type.String() });

export const orderPaid = ofOrder('order.paid', { paymentId: Type.String() });

export const orderPaymentFailed = ofOrder('order.payment_failed', { paymentId: Type.String() });

/** The order was cancelled before it was paid: a payment that is under way is to be undone. */
export const orderCancelled = ofOrder('order.cancelled', { reason: Type.String() });

/** The order was cancelled after it was paid: all that was paid is to be given back. */
export const orderRefundRequested = ofOrder('order.refund_requested', {
  paymentId: Type.String(),
  reason: Type.String(),
});

/** All that was paid was given back, which ends the order, unless that fails afterwards. */
export const orderRefunded = ofOrder('order.refunded', {
  paymentId: Type.String(),
  restock: Type.Boolean({ description: 'Whether its products are to be sold again' }),
});

/** What ended the order has failed after all: it is paid, and the money owed again. */
export const orderRefundFailed = ofOrder('order.refund_failed', { paymentId: Type.String() });

/** All that is published of an order. */
export const orderEvents = [
  orderPlaced,
  orderPlacedForDelivery,
  orderAccepted,
  orderAcceptedPrecisely,
  orderRejected,
  orderPaid,
  orderPaymentFailed,
  orderCancelled,
  orderRefundRequested,
  orderRefunded,
  orderRefundFailed,
] as const;

/** `orders` has no copy of the catalogue and asks for all of it. */
export const catalogueRequested = defineEvent({
  stream,
  type: 'catalogue.requested',
  v: 1,
  key: 'requestId',
  data: { requestId: Type.String() },
});

/** Crockford's base32: no letter that is read as a digit. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const NUMBER_BITS = 40n;

/**
 * The number by which people speak of an order, such as `K7QM-3F2R`: the first 40 bits of a hash of its
 * id. It is no key: two orders may have the same, and nothing is authorised by it. The operator's search finds
 * orders by it.
 */
export function toOrderNumber(id: string): string {
  const hash = createHash('sha256').update(id).digest();
  const bits = hash.readBigUInt64BE() >> (64n - NUMBER_BITS);
  const digits = Array.from({ length: 8 }, (_, i) => {
    const digit = (bits >> (NUMBER_BITS - 5n * BigInt(i + 1))) & 31n;
    return DIGITS[Number(digit)];
  });
  return `${digits.slice(0, 4).join('')}-${digits.slice(4).join('')}`;
}

/** Decimals of an amount on the wire; more where amounts count in more. */
export const WIRE_DECIMALS = 2;

/** An amount in the smallest unit, as `orderAmount` has it; `decimals` is how many the unit has. */
export function toOrderAmount(amount: number, decimals: number): string {
  const digits = String(amount).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  return `${whole}.${digits.slice(digits.length - decimals).padEnd(WIRE_DECIMALS, '0')}`;
}

/**
 * The amount that an `orderAmount` stands for, in the smallest unit.
 *
 * @throws UnrecoverableError where it has decimals that the currency has not.
 */
export function fromOrderAmount(text: string, decimals: number): number {
  const [whole = '', fraction = ''] = text.split('.');
  const padded = fraction.padEnd(decimals, '0');
  const amount = Number(whole + padded.slice(0, decimals));
  if (/[1-9]/.test(padded.slice(decimals)) || !Number.isSafeInteger(amount)) {
    throw new UnrecoverableError(
      `orderAmount ${text} is not a whole number of the currency's smallest unit`,
    );
  }
  return amount;
}
