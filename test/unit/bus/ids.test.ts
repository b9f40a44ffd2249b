/** Ids of entries are numbers, of 64 bits each: neither text nor JavaScript's numbers order them. */
import * as fc from 'fast-check';
import { test } from 'tap';
import { compareIds, idBefore } from '../../../src/bus/replies.ts';

const LARGEST = '18446744073709551615';

test('ids come in the order of their numbers, however long and large', (t) => {
  const ids = [
    '0-0',
    '9-1',
    '10-0',
    '1700000000000-9',
    '1700000000000-10',
    '1700000000001-0',
    '18446744073709551614-0',
    `${LARGEST}-18446744073709551614`,
    `${LARGEST}-${LARGEST}`,
  ];
  t.same(ids.toReversed().toSorted(compareIds), ids);
  for (const id of ids) t.equal(compareIds(id, id), 0);
  t.end();
});

test('no id lies between another and the one before it', (t) => {
  t.equal(idBefore('5-3'), '5-2');
  t.equal(idBefore('5-0'), `4-${LARGEST}`);
  t.equal(idBefore('0-0'), '0-0');
  t.equal(idBefore(`${LARGEST}-0`), `18446744073709551614-${LARGEST}`);
  t.end();
});

const anId = fc
  .tuple(fc.bigInt({ min: 0n, max: BigInt(LARGEST) }), fc.bigInt({ min: 0n, max: BigInt(LARGEST) }))
  .map(([ms, sequence]) => `${ms}-${sequence}`);
/** Ids that lie close together, so that parts of them are often equal. */
const aNearId = fc
  .tuple(fc.nat({ max: 12 }), fc.nat({ max: 12 }))
  .map(([ms, sequence]) => `${ms}-${sequence}`);
const ids = fc.oneof(anId, aNearId);

/** An id as one number. */
const numberOf = (id: string): bigint => {
  const [ms, sequence] = id.split('-').map(BigInt) as [bigint, bigint];
  return (ms << 64n) + sequence;
};

test('the order of ids is a total one: that of the numbers they stand for', (t) => {
  fc.assert(
    fc.property(ids, ids, (a, b) => {
      const [x, y] = [numberOf(a), numberOf(b)];
      return Math.sign(compareIds(a, b)) === (x < y ? -1 : x > y ? 1 : 0);
    }),
  );
  t.pass('for any two');
  t.end();
});

test('between an id and the one before it there is none', (t) => {
  fc.assert(
    fc.property(ids, (id) => {
      const before = numberOf(idBefore(id));
      return before === (id === '0-0' ? 0n : numberOf(id) - 1n);
    }),
  );
  t.pass('for any id');
  t.end();
});
