/** Where an order stands: its steps, each by its name and a mark, not by colour alone. */
import { element } from '../lib/dom.js';
import { money } from '../lib/format.js';
import { REFUNDED, statusOf, stepsOf } from '../lib/status.js';

/** @import { Order } from '../lib/orders.js' */

/** What a screen reader says for the mark of a step. */
const SAID = { done: 'done', current: 'under way', failed: 'ended here', open: 'to come' };

/** @param {Order} order */
export function status({
  orderStatusCode,
  reason,
  cancellation,
  refundedAmount,
  currency,
  decimals,
}) {
  const { name, text, mood } = statusOf(orderStatusCode);
  const isRefunding = cancellation === 'refund requested';
  const givenBack = orderStatusCode !== REFUNDED && refundedAmount;
  return element(
    'div',
    { class: `status status-${mood}` },
    element('p', { class: 'status-name' }, name),
    element('p', {}, text),
    reason && element('p', {}, `The reason: ${reason}`),
    isRefunding && element('p', {}, 'You have cancelled it; your money is on its way back.'),
    givenBack &&
      element('p', {}, `${money(givenBack, currency, decimals)} were given back so far.`),
  );
}

/** @param {number} code */
export function steps(code) {
  const items = stepsOf(code).map(({ name, state }) =>
    element(
      'li',
      { class: `step step-${state}`, 'aria-current': state === 'current' && 'step' },
      name,
      element('span', { class: 'unseen' }, ` (${SAID[state]})`),
    ),
  );
  return element('ol', { class: 'steps', 'aria-label': 'Steps of the order' }, ...items);
}
