/** What the pages make of states, without a browser. */
import { test } from 'tap';
import {
  hasEnded,
  statusOf,
  stepsOf,
} from '../../../modules/storefront/pages/assets/lib/status.js';

test('every state of an order has words and steps, of which at most one is under way', (t) => {
  for (const code of [1, 2, 3, 4, -1, -2, -3]) {
    const { name, text } = statusOf(code);
    t.ok(name && text, `${code}: ${name}`);
    const states = stepsOf(code).map(({ state }) => state);
    t.equal(states[0], 'done');
    t.equal(states.filter((state) => state === 'current').length, code === 1 || code === 2 ? 1 : 0);
    t.equal(states.includes('failed'), code < 0);
    t.equal(hasEnded(code), code < 0 || code === 4);
  }
  t.equal(statusOf(99).name, 'Status 99', 'a later version may have more');
  t.same(stepsOf(99), []);
  t.end();
});
