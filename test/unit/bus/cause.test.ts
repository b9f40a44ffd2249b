/** The cause of a failure is the same for entries that fail alike, and another where the failure is. */
import { test } from 'tap';
import { causeOf } from '../../../src/bus/recover/cause.ts';

const ALIKE: Record<string, string[]> = {
  'order # of "…" failed': ['order 17 of "bob" failed', 'order -4.5 of "ann \\"x\\"" failed'],
  'no product …': [
    'no product 0190a1b2-aaaa-4bbb-8ccc-0123456789ab',
    'no product 6567a1b2c3d4e5f601234567',
    'no product K7QM',
  ],
  'cracked-# is cracked': ['cracked-1 is cracked', 'cracked-271 is cracked'],
  'entry # is lost': ['entry 1795550760929-0 is lost', 'entry 17 is lost'],
  "can't read '…' of bob's cart": ["can't read 'abc' of bob's cart", "can't read '' of bob's cart"],
  'connect ECONNREFUSED …': ['connect ECONNREFUSED 127.0.0.1:27017'],
  'mail to … took # s': ['mail to ann@example.com took 12.50 s'],
  'order.placed v2: /items/#/quantity must be >= #': [
    'order.placed v2: /items/0/quantity must be >= 1',
    'order.placed v2: /items/12/quantity must be >= 1',
  ],
  'E11000 duplicate key: "…"': ['E11000 duplicate key: "a', 'E11000 duplicate key: "b…'],
};

for (const [cause, errors] of Object.entries(ALIKE))
  test(`${cause}: what differs from entry to entry is left out`, (t) => {
    for (const error of errors) t.equal(causeOf(error), cause, error);
    t.end();
  });

test('versions, codes of errors and paths tell causes apart', (t) => {
  const apart = [
    'order.accepted v1: /orderAmount must match pattern "a"',
    'order.accepted v2: /orderAmount must match pattern "a"',
    'order.accepted v1: /userId must match pattern "a"',
    'E11000 duplicate key',
    'E11001 duplicate key',
    'HTTP2 failed',
    'HTTP3 failed',
  ];
  t.equal(new Set(apart.map(causeOf)).size, apart.length);
  t.end();
});

test('a cause is bounded, and of an empty error it is empty', (t) => {
  t.equal(causeOf('x '.repeat(1000)).length, 300);
  t.equal(causeOf(''), '');
  t.end();
});
