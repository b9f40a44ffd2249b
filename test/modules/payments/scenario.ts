/** Events for the handlers of `payments`. */
import { given } from '../../../src/bus/index.ts';
import { orderAccepted } from '../../../modules/orders/events.ts';
import type { Scenario } from '../scenario.ts';

const userId = 'alice';

export const scenario: Scenario = {
  events: ['1', '2', '3', '2000000'].map((amount) =>
    given(orderAccepted, { orderId: `order-${amount}`, orderAmount: `${amount}.00`, userId }),
  ),
};
