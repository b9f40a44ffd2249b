/** One order as its streams tell it: every event, every step that failed, and its identity score. */
import { element } from '../lib/dom.js';
import { field, form } from '../lib/form.js';
import { timeline } from '../lib/timeline.js';
import { ask } from './call.js';
import { part } from './part.js';
import { score } from './score.js';

/** @import { TimelineEntry } from '../lib/timeline.js' */

/** @type {import('./part.js').Show} */
export function showOrders(panel, _signal, [orderId]) {
  const fields = [field('orderId', 'Order no.', { required: true, value: orderId })];
  panel.append(
    form('Show', fields, async (values) => {
      location.hash = `#orders/${encodeURIComponent(values['orderId']?.trim() ?? '')}`;
    }),
  );
  if (!orderId) return;
  const life = part(async () => {
    /** @type {{ items: TimelineEntry[] }} */
    const { items } = await ask(`/orders/${encodeURIComponent(orderId)}/timeline`);
    return timeline(items);
  });
  panel.append(
    element('h3', {}, 'Timeline'),
    life.element,
    element('h3', {}, 'Identity score'),
    part(() => score(orderId)).element,
  );
}
