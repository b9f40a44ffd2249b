/** Ids of entries are numbers, of 64 bits each: neither text nor JavaScript's numbers order them. */
import { test } from 'tap';
import { compareIds, idBefore } from '../../src/bus/replies.ts';

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
