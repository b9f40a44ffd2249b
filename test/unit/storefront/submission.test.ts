/** An order that was sent keeps its key until it is answered. */
import { test } from 'tap';
import {
  submission,
  isSame,
  forget,
  unanswered,
} from '../../../modules/storefront/pages/assets/cart/submission.js';
import { readLines } from '../../../modules/storefront/pages/assets/lib/line.js';

/** A browser's storage, which all its tabs share. */
function openStore() {
  const held = new Map<string, string>();
  return {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => void held.set(key, value),
    removeItem: (key: string) => void held.delete(key),
  };
}

const boots = { productId: '1166', quantity: 2 };
const cap = { productId: 'cap "no. 1" ü', quantity: 1 };

test('the same cart sent again, from a reload or another tab, has the same key and items', (t) => {
  const store = openStore();
  const first = submission(store, [boots, cap]);
  t.same(submission(store, [cap, boots]), first);
  t.same(unanswered(store), first);
  t.match(first.key, /^[0-9a-f]{32}$/);
  t.end();
});

test('what was answered is forgotten once, and the same cart is another order then', (t) => {
  const store = openStore();
  const first = submission(store, [boots]);
  t.equal(forget(store, first), true);
  t.equal(forget(store, first), false, 'the other tab has nothing left to do');
  t.equal(unanswered(store), undefined);
  const second = submission(store, [boots]);
  t.not(second.key, first.key);
  t.equal(forget(store, first), false, 'a late answer does not forget what came after');
  t.same(unanswered(store), second);
  t.end();
});

test('carts are the same whatever their order, and not when a quantity differs', (t) => {
  t.ok(isSame([boots, cap], [cap, boots]));
  t.notOk(isSame([boots, cap], [boots]));
  t.notOk(isSame([boots], [{ ...boots, quantity: 3 }]));
  t.end();
});

test('whatever else a browser holds under our names is no cart', (t) => {
  t.same(readLines(JSON.stringify([boots])), [boots]);
  for (const text of [null, '', '{', '{}', 'null', '7', '[null, 7, {}]'])
    t.same(readLines(text), [], String(text));
  for (const quantity of [0, -1, 1.5, 1001, '2', null])
    t.same(readLines(JSON.stringify([{ productId: 'a', quantity }])), [], String(quantity));
  const store = openStore();
  for (const text of ['nonsense', 'key [', ' []', '%']) {
    store.setItem('millrace.attempt', text);
    t.equal(unanswered(store), undefined, text);
  }
  t.end();
});
