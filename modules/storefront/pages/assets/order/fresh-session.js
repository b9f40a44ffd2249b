/** What to do where an order came from another browser and network than its session. */
import { add } from '../lib/cart.js';
import { button, element, fill } from '../lib/dom.js';
import { continueAsGuest, currentSession } from '../lib/session.js';
import { linkButton, loading, problem } from '../lib/states.js';

/** @import { Order } from '../lib/orders.js' */

/**
 * The step that makes this browser and network known: signing in again, or going on as the same guest.
 *
 * @param {Order} order
 */
export async function freshSession({ items }) {
  const session = await currentSession().catch(() => null);
  if (session?.kind === 'customer')
    return element(
      'p',
      {},
      'Sign out and in again; then this browser and network are known, and you can order again. ',
      linkButton('/account', 'To your account'),
    );
  const said = element('div');
  const again = button('It is me: fill the cart again', () => void goOn(), { id: 'fresh-session' });

  async function goOn() {
    fill(said, loading('Beginning a fresh session…'));
    try {
      await continueAsGuest();
      for (const { productId, quantity } of items) add(productId, quantity);
      location.assign('/cart');
    } catch (error) {
      fill(said, problem(error));
    }
  }

  return element(
    'div',
    {},
    element('p', {}, 'You stay the same guest and keep your orders.'),
    again,
    said,
  );
}
