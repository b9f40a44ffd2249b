/** Orders: where their pages are, and the calls that place and show them. */
import type { Order, OrderRequest } from '../../../orders/api.ts';
import { get, Problem } from './http.ts';
import { currentSession, send } from './session.ts';

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
export async function getOrder(orderId: string, signal?: AbortSignal): Promise<Order> {
  if (!(await currentSession()))
    throw new Problem(401, 'no-session', 'Sign in to see your orders.');
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
