/** `orders` alone, with the test in the place of all other modules: it says what they would say. */
import type { Test } from 'tap';
import { identityScored } from '../../../modules/digital-identity/events.ts';
import { orders } from '../../../modules/orders/index.ts';
import {
  paymentFailed,
  paymentProcessed,
  paymentRefunded,
} from '../../../modules/payments/events.ts';
import { productUpdated, stockRejected, stockReserved } from '../../../modules/products/events.ts';
import type { EventContract, OutboxRecord } from '../../../src/bus/index.ts';
import type { Module } from '../../../src/module/module.ts';
import { entriesOf, get, type OrderBody } from '../../shop.ts';
import { eventually, startTestHost, type TestEnvironment, type TestHost } from '../../support.ts';

/** The price of product `a`. */
export const PRICE = 100;

/** Starts `orders` and modules of the test's, in a shop that sells product `a`. */
export async function startOrders(
  t: Test,
  options: { environment?: Record<string, string>; env?: TestEnvironment; modules?: Module[] } = {},
): Promise<TestHost> {
  const host = await startTestHost(t, { ...options, modules: options.modules ?? [orders] });
  const kind = { name: 'A', brand: 'Brand of a', category: 'Kind of a' };
  const product = { productId: 'a', version: 1, ...kind, price: PRICE, currency: 'INR' };
  await say(host, productUpdated, productUpdated.create(product));
  const copy = host.context('orders').db.collection<{ _id: string }>('catalogue');
  await eventually('the product is known', () => copy.findOne({ _id: 'a' }));
  return host;
}

/** Publishes an event of another module. */
export async function say(
  { env }: TestHost,
  { stream }: Pick<EventContract, 'stream'>,
  event: OutboxRecord,
): Promise<void> {
  await env.redis.xadd(env.keyPrefix + stream, '*', ...Object.entries(event).flat());
}

/** What the other modules answer, for one order. */
export function answersTo(host: TestHost, { orderId, userId }: OrderBody) {
  const paymentId = `payment-of-${orderId}`;
  return {
    reserve: () => say(host, stockReserved, stockReserved.create({ orderId })),
    refuseStock: () =>
      say(host, stockRejected, stockRejected.create({ orderId, productIds: ['a'] })),
    score: (score = 1) =>
      say(host, identityScored, identityScored.create({ orderId, userId, score })),
    pay: () => {
      const data = { orderId, paymentId, orderStatusCode: 3 as const, userId };
      return say(host, paymentProcessed, paymentProcessed.create(data));
    },
    decline: () => {
      const data = { orderId, paymentId, orderStatusCode: -3 as const, userId };
      return say(host, paymentFailed, paymentFailed.create(data));
    },
    /** Gives back `amount`, which makes it `refundedAmount` in all. */
    refund: (amount: number, refundedAmount = amount) => {
      const refundId = `refund-to-${refundedAmount}-of-${orderId}`;
      const orderStatusCode = refundedAmount === PRICE ? (4 as const) : (3 as const);
      const data = { orderId, paymentId, userId, refundId, amount, refundedAmount };
      const event = paymentRefunded.create({ ...data, orderStatusCode, reason: 'as asked' });
      return say(host, paymentRefunded, event);
    },
  };
}

/** Waits until the order has the status, and gives it. */
export function reaches(host: TestHost, order: OrderBody, status: number): Promise<OrderBody> {
  return eventually(`order ${order.orderId} has status ${status}`, async () => {
    const response = await get(host, `/api/orders/${order.orderId}`, order.userId);
    const now = response.json<OrderBody>();
    return now.orderStatusCode === status && now;
  });
}

/** Waits until so many events of an order were published. Gives their types in their order, each event once. */
export function toldOf(host: TestHost, { orderId }: OrderBody, least: number): Promise<string[]> {
  return eventually(`order ${orderId} has told ${least} events`, async () => {
    const entries = await entriesOf(host, 'ORDERS_STREAM');
    const own = entries.filter((fields) => fields['orderId'] === orderId);
    const told = new Map(own.map(({ eventId, type = '' }) => [eventId, type]));
    return told.size >= least && [...told.values()];
  });
}

/** Waits until the order's document holds so many events of others. */
export async function hears(host: TestHost, { orderId }: OrderBody, events: number): Promise<void> {
  const stored = host
    .context('orders')
    .db.collection<{ _id: string; timeline: { stream: string }[] }>('orders');
  await eventually(`order ${orderId} has heard ${events} events`, async () => {
    const order = await stored.findOne({ _id: orderId });
    const heard = order?.timeline.filter(({ stream }) => stream !== 'ORDERS_STREAM') ?? [];
    return heard.length === events;
  });
}
