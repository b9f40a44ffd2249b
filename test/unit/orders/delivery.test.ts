/** What is a country, and the number by which people speak of an order. */
import { test } from 'tap';
import { isCountry } from '../../../modules/address.ts';
import { toOrderNumber } from '../../../modules/orders/events.ts';

test('a country is one that there is, by the code that it has now', (t) => {
  for (const code of ['DE', 'IN', 'US', 'GB', 'GR', 'XK', 'AX']) t.ok(isCountry(code), code);
  const none = ['de', 'DEU', 'D', '', 'ZZ', 'EU', 'XX', 'UK', 'DD', 'SU', 'AN', 'A1', 'UN', 'XA'];
  for (const code of none) t.notOk(isCountry(code), code);
  t.end();
});

test("an order's number follows from its id, is short, and holds nothing that is misread", (t) => {
  const numbers = Array.from({ length: 2000 }, (_, i) => toOrderNumber(`order-${i}`));
  for (const number of numbers) t.match(number, /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  t.ok(new Set(numbers).size > 1990, 'of two orders it is hardly ever the same');
  // Eight digits of five bits of the SHA-256 of the id, which begins with ba7816bf8f.
  t.equal(toOrderNumber('abc'), 'Q9W1-DFWF');
  t.end();
});
