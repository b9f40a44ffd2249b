/** Orders of whoever looks, as the API takes and gives them. */
import type { Order, OrderRequest } from '../../../orders/api.ts';
import { get } from './http.ts';
import { send } from './session.ts';

/** The path of an order in the API, and what follows it. */
export function orderApiPath(orderId: string, rest = ''): string {
  return `/api/orders/${encodeURIComponent(orderId)}${rest}`;
}

/** The page of an order. */
export function orderPath(orderId: string): string {
  return `/orders/${encodeURIComponent(orderId)}`;
}

/** The page where an order is paid, where its provider asks the buyer. */
export function payPath(orderId: string): string {
  return `${orderPath(orderId)}/pay`;
}

/** @throws Problem 404 where it is not there, or somebody else's; 401 without a session */
export function getOrder(orderId: string, signal?: AbortSignal): Promise<Order> {
  return get(orderApiPath(orderId), signal);
}

/** Places an order; the same key gives the same order. */
export function postOrder(request: OrderRequest, idempotencyKey: string): Promise<Order> {
  return send('POST', '/api/orders', request, { 'idempotency-key': idempotencyKey });
}

/** @throws Problem 409 where it is too late */
export function cancelOrder(orderId: string): Promise<Order> {
  return send('POST', orderApiPath(orderId, '/cancel'));
}
