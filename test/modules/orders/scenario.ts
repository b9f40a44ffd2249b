/** Events for the handlers of `orders`. */
import { given, type Given } from '../../../src/bus/index.ts';
import { identityScored } from '../../../modules/digital-identity/events.ts';
import { customerErased } from '../../../modules/gateway/events.ts';
import type { OrderDocument } from '../../../modules/orders/document.ts';
import {
  paymentFailed,
  paymentProcessed,
  paymentRefunded,
  paymentRefundFailed,
} from '../../../modules/payments/events.ts';
import {
  catalogueSent,
  productUpdated,
  stockRejected,
  stockReserved,
} from '../../../modules/products/events.ts';
import type { Scenario } from '../scenario.ts';

const userId = 'alice';
const at = new Date(0);

/** What was decided here before the first answer came. */
const DECIDED: Record<string, Pick<OrderDocument, 'orderStatusCode' | 'answers'>> = {
  cancelled: {
    orderStatusCode: -2,
    answers: { cancel: { at, reason: 'Cancelled by the customer', paid: false } },
  },
  'timed out': {
    orderStatusCode: -1,
    answers: { timeout: { at, waitingFor: ['stock', 'identity'] } },
  },
};

const TAKEN_BACK = ['taken back', 'given back anew', 'with a part that failed'];
const ORDERS = [
  'paid',
  'failed',
  'out of stock',
  'of a stranger',
  'waiting',
  'not scored',
  'partly refunded',
  'refunded',
  ...TAKEN_BACK,
  'cancelled',
  'timed out',
  'erased',
  'erased and paid',
];

/** The customer who is erased, by whom one order is still open then. */
const erased = ['erased', 'erased and paid'];

const reserved = (orderId: string): Given => given(stockReserved, { orderId });
const scored = (orderId: string, score = 1): Given =>
  given(identityScored, { orderId, userId, score });
const processed = (orderId: string): Given =>
  given(paymentProcessed, { orderId, paymentId: `of ${orderId}`, orderStatusCode: 3, userId });
const refunded = (orderId: string, amount: number, refundedAmount: number): Given =>
  given(paymentRefunded, {
    orderId,
    paymentId: `of ${orderId}`,
    userId,
    refundId: `${orderId} to ${refundedAmount}`,
    amount,
    refundedAmount,
    orderStatusCode: refundedAmount === 100 ? 4 : 3,
    reason: '',
  });
/** Changes of what was given back of 100, one after another: more, or less where it was taken back. */
function changes(orderId: string, ...amounts: number[]): Given[] {
  let [refundedAmount, reopened] = [0, 0];
  return amounts.map((amount, i) => {
    if (amount < 0 && refundedAmount === 100) reopened += 1;
    refundedAmount += amount;
    const paymentId = `of ${orderId}`;
    const now = { orderId, paymentId, userId, refundedAmount, reason: '', seq: i + 1, reopened };
    const orderStatusCode = refundedAmount === 100 ? 4 : 3;
    return amount > 0
      ? given(paymentRefunded, { ...now, refundId: `${i}`, amount, orderStatusCode })
      : given(paymentRefundFailed, { ...now, refundId: '0', amount: -amount, orderStatusCode: 3 });
  });
}
const product = (productId: string, version: number): Given =>
  given(productUpdated, {
    productId,
    version,
    name: `Name ${version}`,
    brand: `Brand ${version}`,
    category: '',
    price: version,
    currency: 'INR',
  });

export const scenario: Scenario = {
  before: async ({ db }) => {
    await db.collection<OrderDocument>('orders').insertMany(
      ORDERS.map((_id) => ({
        _id,
        userId: erased.includes(_id) ? 'eve' : userId,
        ...(erased.includes(_id) && {
          origin: { sessionId: 's', browser: 'b', address: 'a' },
          idempotency: { key: _id, request: 'r' },
          contact: { email: 'eve@example.com' },
          delivery: {
            method: 'standard',
            name: 'Standard',
            price: 10,
            address: {
              name: 'Eve',
              line1: '1 Mill Lane',
              city: 'Ulm',
              postalCode: '1',
              country: 'DE',
            },
          },
        }),
        items: [],
        totalAmount: 100,
        currency: 'INR',
        decimals: 0,
        orderStatusCode: 1,
        since: at,
        answers: {},
        timeline: [],
        revision: 1,
        createdAt: at,
        updatedAt: at,
        outbox: [],
        ...DECIDED[_id],
      })),
    );
  },
  events: [
    product('a', 1),
    product('a', 2),
    product('a', 3),
    product('b', 7),
    given(catalogueSent, { requestId: 'request', products: 2 }),
    ...['paid', 'failed', 'waiting', 'of a stranger', 'not scored'].map(reserved),
    ...TAKEN_BACK.map(reserved),
    ...['partly refunded', 'refunded'].map(reserved),
    ...['cancelled', 'timed out', 'of the tutorial'].map(reserved),
    given(stockRejected, {
      orderId: 'out of stock',
      productIds: ['a'],
      available: [{ productId: 'a', quantity: 2 }],
    }),
    ...['paid', 'failed', 'out of stock', 'waiting'].map((orderId) => scored(orderId)),
    ...['partly refunded', 'refunded', 'cancelled', 'timed out'].map((orderId) => scored(orderId)),
    ...TAKEN_BACK.flatMap((orderId) => [scored(orderId), processed(orderId)]),
    scored('of a stranger', 0),
    ...['paid', 'partly refunded', 'refunded', 'cancelled', 'timed out'].map(processed),
    given(paymentFailed, { orderId: 'failed', paymentId: 'p2', orderStatusCode: -3, userId }),
    refunded('partly refunded', 30, 30),
    refunded('partly refunded', 20, 50),
    refunded('refunded', 60, 60),
    refunded('refunded', 40, 100),
    ...changes('taken back', 60, 40, -60),
    ...changes('given back anew', 100, -100, 100),
    ...changes('with a part that failed', 60, -60, 20),
    refunded('cancelled', 100, 100),
    refunded('timed out', 100, 100),
    given(customerErased, { userId: 'eve', pseudonym: 'nobody' }),
    ...erased.map(reserved),
    ...erased.map((orderId) => scored(orderId)),
    processed('erased and paid'),
  ],
};
