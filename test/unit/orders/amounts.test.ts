/** Amounts on the wire: written with decimals, and read back to the smallest unit. */
import * as fc from 'fast-check';
import { test } from 'tap';
import { fromOrderAmount, toOrderAmount } from '../../../modules/orders/events.ts';

const anAmount = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const decimals = fc.integer({ min: 0, max: 4 });

test('an amount is read as it was written', (t) => {
  fc.assert(
    fc.property(
      anAmount,
      decimals,
      (amount, places) => fromOrderAmount(toOrderAmount(amount, places), places) === amount,
    ),
  );
  t.pass('for any amount');
  t.end();
});

test('it has two decimals, or more where amounts count in more, as the tutorial reads it', (t) => {
  fc.assert(
    fc.property(anAmount, decimals, (amount, places) => {
      const [, whole, fraction] = /^(\d+)\.(\d+)$/.exec(toOrderAmount(amount, places)) ?? [];
      return whole !== undefined && fraction?.length === Math.max(2, places);
    }),
  );
  t.end();
});

test('an amount that is none in the smallest unit is refused, not rounded', (t) => {
  fc.assert(
    fc.property(anAmount, fc.integer({ min: 1, max: 9 }), (amount, digit) => {
      try {
        fromOrderAmount(`${amount}.0${digit}`, 1);
        return false;
      } catch (error) {
        return error instanceof Error && error.message.includes('smallest unit');
      }
    }),
  );
  t.pass('for any amount');
  t.end();
});
