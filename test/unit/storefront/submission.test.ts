/** An order that was sent keeps its key until it is answered. */
import { test } from 'tap';
import { readLines } from '../../../modules/storefront/pages/lib/line.ts';
import {
  forget,
  forgetAll,
  isSame,
  isSameCart,
  markSent,
  submission,
  unanswered,
} from '../../../modules/storefront/pages/lib/submission.ts';

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
const contact = { email: 'ada@example.com', phone: '030 1234' };
const address = {
  name: 'Ada',
  line1: '1 Mill Lane',
  city: 'Berlin',
  postalCode: '10115',
  country: 'DE',
};
const delivery = { method: 'standard', address };

test('the same order sent again, from a reload or another tab, has the same key and content', (t) => {
  const store = openStore();
  const first = submission({ items: [boots, cap], contact, delivery }, store);
  t.same(submission({ delivery, contact, items: [cap, boots] }, store), first);
  t.same(unanswered(store), first);
  t.match(first.key, /^[0-9a-f]{32}$/);
  t.equal(first.sent, false);
  markSent(first, store);
  t.same(submission({ items: [boots, cap], contact, delivery }, store), { ...first, sent: true });
  t.end();
});

test('another cart, contact or delivery is another order', (t) => {
  const request = { items: [boots], contact, delivery };
  const others = [
    { ...request, items: [{ ...boots, quantity: 3 }] },
    { ...request, contact: { email: contact.email } },
    { ...request, delivery: { ...delivery, method: 'express' } },
    { ...request, delivery: { ...delivery, address: { ...address, line2: 'Flat 2' } } },
    { items: [boots] },
  ];
  for (const other of others) {
    t.notOk(isSame(request, other));
    const store = openStore();
    t.not(submission(other, store).key, submission(request, store).key);
  }
  const { country, ...rest } = address;
  t.ok(
    isSame(request, {
      ...request,
      delivery: { address: { country, ...rest }, method: 'standard' },
    }),
  );
  t.end();
});

test('what was answered is forgotten once, and the same cart is another order then', (t) => {
  const store = openStore();
  const first = submission({ items: [boots] }, store);
  t.equal(forget(first, store), true);
  t.equal(forget(first, store), false, 'the other tab has nothing left to do');
  t.equal(unanswered(store), undefined);
  const second = submission({ items: [boots] }, store);
  t.not(second.key, first.key);
  t.equal(forget(first, store), false, 'a late answer does not forget what came after');
  t.same(unanswered(store), second);
  t.end();
});

test('carts are the same whatever their order, and not when a quantity differs', (t) => {
  t.ok(isSameCart([boots, cap], [cap, boots]));
  t.notOk(isSameCart([boots, cap], [boots]));
  t.notOk(isSameCart([boots], [{ ...boots, quantity: 3 }]));
  t.end();
});

test('whatever else a browser holds under our names is no cart', (t) => {
  t.same(readLines(JSON.stringify([boots])), [boots]);
  for (const text of [null, '', '{', '{}', 'null', '7', '[null, 7, {}]'])
    t.same(readLines(text), [], String(text));
  for (const quantity of [0, -1, 1.5, 1001, '2', null])
    t.same(readLines(JSON.stringify([{ productId: 'a', quantity }])), [], String(quantity));
  const store = openStore();
  const texts = ['nonsense', 'key []', '%', 'null', '7', '[]', '{"key":"k","at":1,"request":null}'];
  for (const text of [...texts, '{"key":"k","at":1,"request":{"items":[]}}']) {
    store.setItem('millrace.attempt', text);
    t.equal(unanswered(store), undefined, text);
  }
  t.end();
});

test('who leaves the browser leaves no order with an address behind', (t) => {
  const store = openStore();
  markSent(submission({ items: [boots], contact, delivery }, store), store);
  forgetAll(store);
  t.equal(unanswered(store), undefined);
  t.end();
});
