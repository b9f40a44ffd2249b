/** Cursors of the history: a position comes back, and one position has one cursor. */
import * as fc from 'fast-check';
import { test } from 'tap';
import { decodeCursor, encodeCursor } from '../../../modules/order-history/cursor.ts';

test('a cursor holds its position', (t) => {
  fc.assert(
    fc.property(
      fc.record({
        at: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
        orderId: fc.string({ minLength: 1, maxLength: 100 }),
      }),
      (position) => {
        const { at, orderId } = decodeCursor(encodeCursor(position));
        return at === position.at && orderId === position.orderId;
      },
    ),
  );
  t.pass('for any position');
  t.end();
});

test('what no page gave is refused, however it is written', (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.base64String(), fc.string(), fc.json()), (text) => {
      try {
        return encodeCursor(decodeCursor(text)) === text;
      } catch (error) {
        return (error as { slug?: string }).slug === 'invalid-cursor';
      }
    }),
  );
  t.pass('for any text');
  t.end();
});
