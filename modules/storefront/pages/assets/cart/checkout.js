/** From the cart to the order. */
import { takeOut } from '../lib/cart.js';
import { Problem } from '../lib/http.js';
import { pageOf, postOrder } from '../lib/orders.js';
import { forget } from './submission.js';

/** @import { Submission } from './submission.js' */

/**
 * Sends a submission, for the first time or again, and goes to the order that came of it.
 *
 * @param {Submission} submission
 * @throws {Problem} where the shop refused it, or did not answer
 */
export async function checkOut(submission) {
  const order = await postOrder(submission.items, submission.key).catch(
    (/** @type {unknown} */ error) => {
      if (isAnswer(error)) forget(localStorage, submission);
      throw error;
    },
  );
  if (forget(localStorage, submission)) takeOut(submission.items);
  location.assign(pageOf(order.orderId));
}

/**
 * Whether the order was refused, so that sending it again is another order. A session that could
 * not be had says nothing of the order.
 *
 * @param {unknown} error
 */
function isAnswer(error) {
  return error instanceof Problem && error.isRefusal && ![401, 403].includes(error.status);
}
