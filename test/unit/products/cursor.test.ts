/** Cursors of the list of products: what they hold comes back, and nothing else is one. */
import * as fc from 'fast-check';
import { test } from 'tap';
import {
  decodeCursor,
  encodeCursor,
  SORTS,
  type Position,
  type Sort,
} from '../../../modules/products/catalogue/cursor.ts';

const id = fc.string({ maxLength: 30, unit: 'grapheme' });
const aPosition: Record<Sort, fc.Arbitrary<Position>> = {
  relevance: fc.record({ value: fc.maxSafeNat(), id }),
  newest: fc.record({ value: fc.integer({ min: 0, max: 8.64e15 }), id }),
  price: fc.record({ value: fc.nat(), id }),
  '-price': fc.record({ value: fc.nat(), id }),
  name: fc.record({ value: fc.string({ unit: 'grapheme' }), id }),
};
const sorts = Object.keys(SORTS) as Sort[];

for (const sort of sorts) {
  test(`a cursor of sort=${sort} holds its position, and is none of another sort`, (t) => {
    fc.assert(
      fc.property(aPosition[sort], (position) => {
        const cursor = encodeCursor(sort, position);
        const { value, id: productId } = decodeCursor(sort, cursor);
        const other = sorts[(sorts.indexOf(sort) + 1) % sorts.length]!;
        let refused = false;
        try {
          decodeCursor(other, cursor);
        } catch {
          refused = true;
        }
        return value === position.value && productId === position.id && refused;
      }),
    );
    t.pass('for any position');
    t.end();
  });
}

test('what no page gave is refused, however it is written', (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.base64String(), fc.string(), fc.json()), (text) => {
      try {
        const position = decodeCursor('price', text);
        return encodeCursor('price', position) === text;
      } catch (error) {
        return (error as { slug?: string }).slug === 'invalid-cursor';
      }
    }),
  );
  t.pass('for any text');
  t.end();
});
