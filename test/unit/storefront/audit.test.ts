/** What the audit log's page says of a change. */
import { test } from 'tap';
import { changesOf } from '../../../modules/storefront/pages/operator/audit/changes.ts';

test('only what differs is shown, each value by its name', (t) => {
  const before = { price: 100, name: 'Boots', more: { sizes: ['s', 'm'], left: 3 } };
  const after = { price: 90, name: 'Boots', more: { sizes: ['s'], left: 3 } };
  t.same(changesOf(before, after), [
    { name: 'price', before: '100', after: '90' },
    { name: 'more.sizes', before: 's, m', after: 's' },
  ]);
  t.end();
});

test('what was made or removed has no other side', (t) => {
  t.same(changesOf(undefined, { reason: '' }), [
    { name: 'reason', before: undefined, after: '(empty)' },
  ]);
  t.same(changesOf({ kept: true, none: null }, {}), [
    { name: 'kept', before: 'true', after: undefined },
  ]);
  t.same(changesOf(undefined, undefined), []);
  t.same(changesOf('a', 'b'), [{ name: '', before: 'a', after: 'b' }]);
  t.end();
});

const itemsOf = (quantity: number) => ({ items: [{ quantity }, { quantity: 1 }] });

test('a list of objects is shown item by item, and no list without end', (t) => {
  t.same(changesOf(itemsOf(1), itemsOf(2)), [
    { name: 'items.0.quantity', before: '1', after: '2' },
  ]);
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`field ${i}`, i]));
  t.equal(changesOf({}, many).length, 200);
  t.end();
});
