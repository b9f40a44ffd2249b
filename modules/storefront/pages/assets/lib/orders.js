/** Orders as the API gives them. */
import { request } from './http.js';
import { send } from './session.js';

/**
 * @typedef {object} OrderLine
 * @property {string} productId
 * @property {string} name
 * @property {number} quantity
 * @property {number} unitPrice in the smallest unit of the currency
 */

/**
 * @typedef {object} Order
 * @property {string} orderId
 * @property {number} orderStatusCode
 * @property {number} orderAmount in the smallest unit of the currency
 * @property {string} currency
 * @property {number} [decimals] of the currency that amounts count in
 * @property {OrderLine[]} items
 * @property {string} [paymentId]
 * @property {number} [refundedAmount] what was given back so far
 * @property {'cancelled' | 'refund requested' | 'refunded'} [cancellation]
 * @property {string} [reason] why it ended
 * @property {string} [reasonCode] the same, for pages
 * @property {string} createdAt
 * @property {string} updatedAt
 */

/**
 * An order as the history has it.
 *
 * @typedef {object} PastOrder
 * @property {string} orderId
 * @property {number} orderStatusCode
 * @property {number} orderAmount in the smallest unit of the currency
 * @property {string} currency
 * @property {number} [decimals] of the currency that amounts count in
 * @property {OrderLine[]} items
 * @property {string} placedAt
 */

/**
 * @param {string} orderId
 * @param {string} [rest] what follows in the path
 */
export function apiPathOf(orderId, rest = '') {
  return `/api/orders/${encodeURIComponent(orderId)}${rest}`;
}

/** @param {string} orderId */
export function pageOf(orderId) {
  return `/orders/${encodeURIComponent(orderId)}`;
}

/**
 * @param {string} orderId
 * @returns {Promise<Order>}
 */
export function getOrder(orderId) {
  return request(apiPathOf(orderId));
}

/**
 * @param {readonly { productId: string, quantity: number }[]} items
 * @param {string} idempotencyKey the same key gives the same order
 * @returns {Promise<Order>}
 */
export function postOrder(items, idempotencyKey) {
  return send('POST', '/api/orders', { items }, { 'idempotency-key': idempotencyKey });
}

/** @param {string} orderId */
export function cancelOrder(orderId) {
  return send('POST', apiPathOf(orderId, '/cancel'));
}
