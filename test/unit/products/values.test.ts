/** Values of an import: an amount is read as it was written, in either way to write decimals. */
import * as fc from 'fast-check';
import { test } from 'tap';
import { toAmount, toProductId, toQuantity } from '../../../modules/products/import/values.ts';

/** An amount in the smallest unit as people write it, with or without groups of thousands. */
function write(amount: number, decimals: number, sign: '.' | ',', grouped: boolean): string {
  const digits = String(amount).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const group = sign === '.' ? ',' : '.';
  const units = grouped ? whole.replace(/\B(?=(?:\d{3})+$)/gu, group) : whole;
  return decimals === 0 ? units : `${units}${sign}${digits.slice(-decimals)}`;
}

test('an amount is read as it was written', (t) => {
  fc.assert(
    fc.property(
      fc.nat({ max: 10_000_000_000 }),
      fc.integer({ min: 0, max: 3 }),
      fc.constantFrom('.' as const, ',' as const),
      fc.boolean(),
      (amount, decimals, decimal, grouped) =>
        toAmount(write(amount, decimals, decimal, grouped), decimals, { decimal }) === amount,
    ),
  );
  t.pass('for any amount');
  t.end();
});

test('where it is not said what stands before the decimals, an amount is read right or not at all', (t) => {
  fc.assert(
    fc.property(
      fc.nat({ max: 10_000_000 }),
      fc.constantFrom('.' as const, ',' as const),
      fc.boolean(),
      (amount, sign, grouped) => {
        const read = toAmount(write(amount, 2, sign, grouped), 2, {});
        return typeof read === 'object' || read === amount;
      },
    ),
  );
  t.pass('for any amount');
  t.end();
});

test('a stock is a whole number, of which what was sold beyond it is none', (t) => {
  fc.assert(fc.property(fc.integer(), (stock) => toQuantity(String(stock)) === Math.max(0, stock)));
  t.match(toQuantity('1.5'), { problem: /whole number/ });
  t.end();
});

test('an id is made of the letters that ids may have, and one that is made of them stays', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const id = toProductId(text);
      return /^[A-Za-z0-9_.-]*$/u.test(id) && toProductId(id) === id;
    }),
  );
  t.pass('for any text');
  t.end();
});
