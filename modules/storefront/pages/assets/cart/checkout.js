/** From the cart to the order. */
import { takeOut } from '../lib/cart.js';
import { Problem } from '../lib/http.js';
import { pageOf, postOrder } from '../lib/orders.js';
import { settle } from './attempt.js';

/** @import { Attempt } from './attempt.js' */

/**
 * Sends an attempt, for the first time or again, and goes to the order that came of it.
 *
 * @param {Attempt} attempt
 * @throws {Problem} where the shop refused it, or did not answer
 */
export async function checkOut(attempt) {
  const order = await postOrder(attempt.items, attempt.key).catch(
    (/** @type {unknown} */ error) => {
      if (isAnswer(error)) settle(localStorage, attempt);
      throw error;
    },
  );
  if (settle(localStorage, attempt)) takeOut(attempt.items);
  location.assign(pageOf(order.orderId));
}

/**
 * Whether the order was refused, so that sending it again is another attempt. A session that could
 * not be had says nothing of the order.
 *
 * @param {unknown} error
 */
function isAnswer(error) {
  return error instanceof Problem && error.isRefusal && ![401, 403].includes(error.status);
}
