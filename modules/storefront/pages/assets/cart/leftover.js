/** What to do with an order that was sent without an answer when the cart is another by now. */
import { button, element, fill } from '../lib/dom.js';
import { loading, problem } from '../lib/states.js';
import { forget } from './submission.js';
import { checkOut } from './checkout.js';

/** @import { Submission } from './submission.js' */

/**
 * @param {Submission} before
 * @param {() => void} onDropped
 */
export function leftover(before, onDropped) {
  const said = element('div');
  const finish = async () => {
    fill(said, loading('Asking the shop…'));
    await checkOut(before).catch((/** @type {unknown} */ error) => fill(said, problem(error)));
  };
  const drop = () => {
    forget(localStorage, before);
    onDropped();
  };
  return element(
    'div',
    { class: 'notice notice-plain' },
    element(
      'p',
      {},
      'You sent an order from this browser, but no answer came, and your cart has changed since. ',
      'Finish that order first, or forget it.',
    ),
    element('p', { class: 'row' }, button('Finish it', finish), button('Forget it', drop)),
    said,
  );
}
