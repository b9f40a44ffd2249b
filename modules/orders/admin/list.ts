/** Lists of orders for the operator: found by indexes, a page at a time or all as CSV. */
import type { Filter } from 'mongodb';
import { Type } from 'typebox';
import {
  decodeCursor,
  DomainError,
  encodeCursor,
  createdBetween,
  invalidCursor,
  type CsvColumns,
} from '#host';
import type { OrderDocument } from '../document.ts';
import { toOrderNumber } from '../events.ts';
import { stateOf } from '../states.ts';
import { searchOrders } from '../search.ts';
import type { OrderStore } from '../store.ts';
import {
  DEFAULT_LIMIT,
  FOUND,
  type ListedOrder,
  type OrdersPage,
  type OrdersQuery,
} from './schemas.ts';

/** What a cursor holds: the last order of a page. */
const OrderId = Type.String({ pattern: '^[0-9a-f]{24}$' });

type Which = Pick<OrdersQuery, 'status' | 'userId' | 'from' | 'to'>;

/** Of an order, what a list shows. */
const LISTED = {
  userId: 1,
  orderStatusCode: 1,
  totalAmount: 1,
  currency: 1,
  decimals: 1,
  'items.quantity': 1,
  'contact.email': 1,
  'answers.payment.paymentId': 1,
  'answers.refund.refundedAmount': 1,
  createdAt: 1,
  updatedAt: 1,
};

/**
 * A page of orders, the newest first, or those that are searched for.
 *
 * @throws DomainError 400 where the cursor is none of ours, or something is searched for within a list
 */
export async function listOrders(
  store: OrderStore,
  { cursor, limit: wanted, search, ...which }: OrdersQuery,
): Promise<OrdersPage> {
  if (search !== undefined) {
    if (cursor !== undefined || Object.keys(which).length > 0) throw searchAlone();
    const orders = await searchOrders(store, search.trim(), wanted ?? FOUND);
    return { items: orders.map(present), nextCursor: null };
  }
  const limit = wanted ?? DEFAULT_LIMIT;
  const after = cursor === undefined ? undefined : decodeCursor(OrderId, cursor);
  if (cursor !== undefined && after === undefined) throw invalidCursor();
  const found = await find(store, which, after)
    .limit(limit + 1)
    .toArray();
  const items = found.slice(0, limit).map(present);
  const nextCursor = found.length > limit ? encodeCursor(items.at(-1)!.orderId) : null;
  return { items, nextCursor };
}

const searchAlone = () =>
  new DomainError(
    'invalid',
    'search-alone',
    'search looks through all orders: leave status, userId, from, to, cursor and format out.',
  );

/** Every order that fits, the newest first, read as it is asked for. */
export async function* everyOrder(store: OrderStore, which: Which): AsyncGenerator<ListedOrder> {
  for await (const order of find(store, which)) yield present(order);
}

/** The columns of the list as CSV; amounts are in the currency, not in its smallest unit. */
export const ORDER_COLUMNS: CsvColumns<ListedOrder> = {
  orderId: ({ orderId }) => orderId,
  orderNumber: ({ orderNumber }) => orderNumber,
  userId: ({ userId }) => userId,
  orderStatusCode: ({ orderStatusCode }) => orderStatusCode,
  status: ({ orderStatusCode }) => stateOf(orderStatusCode as never).title,
  amount: ({ orderAmount, decimals }) => orderAmount / 10 ** decimals,
  refunded: ({ refundedAmount, decimals }) => refundedAmount / 10 ** decimals,
  currency: ({ currency }) => currency,
  pieces: ({ pieces }) => pieces,
  paymentId: ({ paymentId }) => paymentId,
  createdAt: ({ createdAt }) => new Date(createdAt),
  updatedAt: ({ updatedAt }) => new Date(updatedAt),
};

/** Ids begin with the time, so that each index which ends with them is in the order of the list. */
function find({ orders }: OrderStore, { status, userId, from, to }: Which, after?: string) {
  const filter: Filter<OrderDocument> = {
    ...(status !== undefined && { orderStatusCode: status as never }),
    ...(userId !== undefined && { userId }),
    $and: [createdBetween(from, to), ...(after === undefined ? [] : [{ _id: { $lt: after } }])],
  };
  return orders.find(filter).project<OrderDocument>(LISTED).sort({ _id: -1 });
}

function present(order: OrderDocument): ListedOrder {
  const { _id: orderId, userId, orderStatusCode, totalAmount, currency, decimals, items } = order;
  const { payment, refund } = order.answers ?? {};
  const email = order.contact?.email;
  return {
    orderId,
    orderNumber: toOrderNumber(orderId),
    userId,
    ...(email !== undefined && { email }),
    orderStatusCode,
    orderAmount: totalAmount,
    refundedAmount: refund?.refundedAmount ?? 0,
    currency,
    decimals,
    pieces: items.reduce((sum, { quantity }) => sum + quantity, 0),
    ...(payment && { paymentId: payment.paymentId }),
    createdAt: order.createdAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
  };
}
