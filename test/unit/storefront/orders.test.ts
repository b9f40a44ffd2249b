/** What the pages make of orders, and of the way back from signing in, without a browser. */
import { test } from 'tap';
import { returnAddress, signInPath } from '../../../modules/storefront/pages/lib/return.ts';
import { hasEnded, statusOf, stepsOf } from '../../../modules/storefront/pages/lib/status.ts';
import { orderAgain } from '../../../modules/storefront/pages/order/again.ts';
import { countries, countryName } from '../../../modules/storefront/pages/lib/countries.ts';

const SHOP = 'https://shop.example';

test('every state of an order has words and steps, of which at most one is under way', (t) => {
  for (const code of [1, 2, 3, 4, -1, -2, -3]) {
    const { name, text } = statusOf(code);
    t.ok(name && text, `${code}: ${name}`);
    const states = stepsOf(code).map(({ state }) => state);
    t.equal(states[0], 'done');
    t.equal(states.filter((state) => state === 'current').length, code === 1 || code === 2 ? 1 : 0);
    t.equal(states.includes('failed'), code < 0);
    t.equal(hasEnded(code), code < 0 || code === 4);
  }
  t.equal(statusOf(99).name, 'Under way', 'a later version may have more');
  t.same(stepsOf(99), []);
  t.end();
});

test('signing in leads back to a path of the shop', (t) => {
  for (const path of ['/', '/checkout', '/orders/6b0b', '/products?search=a%20b&page=2#top', '/ü'])
    t.equal(
      returnAddress(new URL(signInPath(path), SHOP).search, SHOP),
      new URL(path, SHOP).href,
      path,
    );
  t.end();
});

test('signing in leads nowhere else', (t) => {
  const elsewhere = [
    '',
    'checkout',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '\t//evil.example',
    '/\n/evil.example',
    ' //evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    '/%2e//evil.example',
    '/orders\\..\\..',
    'https://evil.example',
    'https:evil.example',
    'HTTPS://shop.example.evil.example',
    `${SHOP}/checkout`,
    `${SHOP}@evil.example`,
    'javascript:alert(1)',
    'data:text/html,x',
    '@evil.example',
    '/\u0000/evil.example',
  ];
  for (const path of elsewhere)
    t.equal(
      returnAddress(`?return=${encodeURIComponent(path)}`, SHOP),
      undefined,
      JSON.stringify(path),
    );
  t.equal(returnAddress('', SHOP), undefined);
  t.equal(returnAddress('?return=//evil.example&return=/checkout', SHOP), undefined);
  t.end();
});

test('ordering again takes what the shop still has, leaves the cart as it is, and says what is missing', (t) => {
  const stock = new Map([
    ['boots', { stockQty: 9 }],
    ['cap', { stockQty: 3 }],
    ['mug', { stockQty: 0 }],
  ]);
  const again = orderAgain(
    [
      { productId: 'boots', name: 'Boots', quantity: 2 },
      { productId: 'cap', name: 'Cap', quantity: 4 },
      { productId: 'mug', name: 'Mug', quantity: 1 },
      { productId: 'gone', name: 'Lamp', quantity: 1 },
    ],
    [
      { productId: 'other', quantity: 1 },
      { productId: 'cap', quantity: 2 },
    ],
    (productId) => stock.get(productId) ?? null,
  );
  t.same(again.lines, [
    { productId: 'other', quantity: 1 },
    { productId: 'cap', quantity: 3 },
    { productId: 'boots', quantity: 2 },
  ]);
  t.equal(again.added, 3);
  t.same(again.missing, [
    { productId: 'cap', name: 'Cap', why: 'only 3 left' },
    { productId: 'mug', name: 'Mug', why: 'sold out' },
    { productId: 'gone', name: 'Lamp', why: 'no longer in the shop' },
  ]);
  t.end();
});

test('ordering again takes nothing out of a cart that has more than there is, and overfills none', (t) => {
  const one = [{ productId: 'cap', name: 'Cap', quantity: 1 }];
  const more = [{ productId: 'cap', quantity: 5 }];
  const again = orderAgain(one, more, () => ({ stockQty: 3 }));
  t.same(again.lines, more);
  t.same(again.missing, [{ productId: 'cap', name: 'Cap', why: 'only 3 left' }]);

  const full = Array.from({ length: 100 }, (_, i) => ({ productId: `p${i}`, quantity: 1 }));
  const overfull = orderAgain(one, full, () => ({ stockQty: 3 }));
  t.same(overfull.lines, full);
  t.same(overfull.missing, [{ productId: 'cap', name: 'Cap', why: 'no room in the cart' }]);
  t.end();
});

test('an address has the countries that there are, and no groups or former ones', (t) => {
  const codes = new Set(countries().map(({ code }) => code));
  for (const code of ['DE', 'GB', 'IN', 'US', 'AX', 'ZW']) t.ok(codes.has(code), code);
  for (const code of ['EU', 'UN', 'DD', 'SU', 'YU', 'ZZ', 'UK']) t.notOk(codes.has(code), code);
  t.equal(countryName('DE'), 'Germany');
  t.equal(countryName('QQ'), 'QQ');
  t.end();
});
