/** The pauses between attempts: growing, bounded, and not the same for all. */
import * as fc from 'fast-check';
import { test } from 'tap';
import { backoff } from '../../../src/bus/consume/retry-policy.ts';

const anAttempt = fc.integer({ min: 1, max: 1000 });
const aBound = fc.integer({ min: 1, max: 10_000_000 });

test('a pause lies between half of what is doubled with each attempt, and all of it', (t) => {
  fc.assert(
    fc.property(anAttempt, aBound, aBound, (attempt, min, more) => {
      const max = min + more;
      const ceiling = Math.min(max, min * 2 ** (attempt - 1));
      const pause = backoff(attempt, min, max);
      return Number.isInteger(pause) && pause >= ceiling / 2 && pause <= Math.ceil(ceiling);
    }),
  );
  t.pass('for every attempt');
  t.end();
});

test('those that failed together do not return together', (t) => {
  const pauses = new Set(Array.from({ length: 100 }, () => backoff(10, 100, 30_000)));
  t.ok(pauses.size > 50);
  t.end();
});
