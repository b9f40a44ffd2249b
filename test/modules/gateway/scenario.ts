/** Events for the handlers of `gateway`, which keep nothing but drop what is kept. */
import { given } from '../../../src/bus/index.ts';
import { productUpdated, stockChanged, stockLow } from '../../../modules/products/events.ts';
import type { Scenario } from '../scenario.ts';

const productId = 'a';

export const scenario: Scenario = {
  events: [
    given(productUpdated, {
      productId,
      version: 1,
      name: 'A',
      brand: '',
      category: '',
      price: 1,
      currency: 'INR',
    }),
    given(stockChanged, { productId, change: 5, stockQty: 9 }),
    given(stockLow, { productId, stockQty: 4, threshold: 5 }),
  ],
};
