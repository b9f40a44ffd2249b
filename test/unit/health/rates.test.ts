/** Rates: how much a counter has grown a second, and no more than was seen. */
import { test } from 'tap';
import { createRates } from '../../../src/health/rates.ts';

test('a rate is what a counter has grown a second since the last look', (t) => {
  const look = createRates();
  t.equal(look(1000)('a', 500), 0, 'nothing is known at the first look');
  t.equal(look(3000)('a', 900), 200);
  t.equal(look(3100)('a', 990), 200, 'a look too soon gives the rate of the one before');
  t.equal(look(4000)('a', 1000), 100, 'and takes nothing from the next');
  t.end();
});

test('a counter that was set back, is not known or is new has not grown', (t) => {
  const look = createRates();
  look(1000)('a', 500);
  const second = look(2000);
  t.equal(second('a', 100), 0);
  t.equal(second('b', 100), 0);
  t.equal(look(3000)('a', null), 0);
  t.equal(look(4000)('a', 900), 0, 'it was not known at the last look');
  t.end();
});
