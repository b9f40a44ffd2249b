/** What operators type and drop, and prices that were perhaps a slip: pure functions. */
import { test } from 'tap';
import { isLargeChange } from '../../../modules/products/admin/price.ts';
import { badLineOf } from '../../../modules/products/import/bad-line.ts';
import {
  amountOf,
  piecesOf,
  valuesOf,
} from '../../../modules/storefront/pages/operator/products/typed.ts';

const of = (price: number, currency = 'EUR') => ({ price, currency, decimals: 2 });

test('an amount is read with a full stop or a comma, and no more decimals than there are', async (t) => {
  for (const [typed, amount] of [
    ['12', 1200],
    ['12.5', 1250],
    ['12,50', 1250],
    [' 0 ', 0],
    ['12.', 1200],
    ['12.345', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['1,234.50', undefined],
    ['', undefined],
  ] as const)
    t.equal(amountOf(typed, 2), amount, typed);
  t.equal(amountOf('12.5', 0), undefined);
  t.equal(piecesOf('12'), 12);
  t.equal(piecesOf('1.5'), undefined);
  t.same(valuesOf(' Red, ,Blue '), ['Red', 'Blue']);
});

test('a price that changes by more than half, or to or from nothing, is large', async (t) => {
  for (const [before, after, large] of [
    [100, 150, false],
    [100, 151, true],
    [100, 50, false],
    [100, 49, true],
    [100, 0, true],
    [0, 100, true],
    [0, 0, false],
  ] as const)
    t.equal(isLargeChange(of(before), of(after)), large, `${before} to ${after}`);
  t.equal(
    isLargeChange(of(100, 'INR'), of(1)),
    false,
    'what another currency is worth is not known',
  );
  t.equal(isLargeChange(of(100, 'INR'), of(0)), true);
});

test('what an import says of a line is told apart: the field, and why', async (t) => {
  t.same(badLineOf(3, '/price must be integer'), {
    line: 3,
    field: '/price',
    reason: 'must be integer',
  });
  t.same(badLineOf(4, 'is not JSON: x'), { line: 4, field: null, reason: 'is not JSON: x' });
  t.same(badLineOf(4, '/ must have price; /name x'), {
    line: 4,
    field: null,
    reason: 'must have price; /name x',
  });
  t.ok(badLineOf(5, 'x'.repeat(9000)).reason.length < 600);
});
