/** What a reservation may do next: all lines of an order or none, and back once. */
import * as fc from 'fast-check';
import { test } from 'tap';
import {
  allocate,
  planRelease,
  type StockRequest,
} from '../../../modules/products/inventory/allocate.ts';
import type { ReservationDocument } from '../../../modules/products/inventory/reservation.ts';

const PRODUCTS = ['a', 'b'];
const THRESHOLD = 2;
const lines = fc.array(
  fc.record({ productId: fc.constantFrom(...PRODUCTS), quantity: fc.integer({ min: 1, max: 4 }) }),
  { minLength: 1, maxLength: 3 },
);
const requests = fc.array(lines, { maxLength: 8 }).map((all) =>
  all.map((one, i): StockRequest => ({
    orderId: `o${i}`,
    lines: one,
    again: false,
    cause: {},
  })),
);
const stock = fc
  .array(fc.nat({ max: 12 }), { minLength: 2, maxLength: 2 })
  .map((counts) => new Map(PRODUCTS.map((id, i) => [id, counts[i]!])));

const sum = (some: readonly { productId: string; quantity: number }[], id: string): number =>
  some.reduce((total, { productId, quantity }) => total + (productId === id ? quantity : 0), 0);

test('no more is taken than there is, and exactly what the reserved orders hold', (t) => {
  fc.assert(
    fc.property(requests, stock, (wanted, there) => {
      const { decided, taken, soldOut } = allocate(wanted, there, new Map(), THRESHOLD);
      const reserved = decided.filter(({ decision }) => decision === 'reserved');
      for (const id of PRODUCTS) {
        const held = sum(
          reserved.flatMap((one) => one.lines),
          id,
        );
        if ((taken.get(id) ?? 0) !== held || held > there.get(id)!) return false;
        if (soldOut.includes(id) !== (held > 0 && held === there.get(id))) return false;
      }
      return decided.every(
        ({ decision, missing }) => (decision === 'rejected') === missing.length > 0,
      );
    }),
  );
  t.pass('in every case');
  t.end();
});

test('a stock is reported as low once, when it comes to the threshold', (t) => {
  fc.assert(
    fc.property(requests, stock, (wanted, there) => {
      const { decided, taken } = allocate(wanted, there, new Map(), THRESHOLD);
      return PRODUCTS.every((id) => {
        const low = decided
          .flatMap(({ outbox }) => outbox)
          .filter((event) => event.type === 'stock.low' && event['productId'] === id);
        const before = there.get(id)!;
        const crosses = before > THRESHOLD && before - (taken.get(id) ?? 0) <= THRESHOLD;
        return low.length === (crosses ? 1 : 0);
      });
    }),
  );
  t.pass('in every case');
  t.end();
});

test('an order that was released before it came takes nothing', (t) => {
  const request = {
    orderId: 'o',
    lines: [{ productId: 'a', quantity: 1 }],
    again: false,
    cause: {},
  };
  const ended = new Map([['o', { end: 'released' as const }]]);
  const { decided, taken } = allocate([request], new Map([['a', 5]]), ended, THRESHOLD);
  t.match(decided, [{ decision: 'reserved' }]);
  t.same([...taken], []);
  t.end();
});

test('what was reserved or sold comes back once, and an unknown order gets nothing later', (t) => {
  const outbox: [] = [];
  const known = new Map<string, ReservationDocument>(
    [
      { _id: 'open', decision: 'reserved', lines: [{ productId: 'a', quantity: 1 }], outbox },
      { _id: 'sold', decision: 'reserved', end: 'sold', lines: [{ productId: 'a', quantity: 2 }] },
      {
        _id: 'back',
        decision: 'reserved',
        end: 'released',
        lines: [{ productId: 'a', quantity: 4 }],
      },
      { _id: 'none', decision: 'rejected', lines: [{ productId: 'a', quantity: 8 }] },
    ].map((one) => [one._id, one as ReservationDocument]),
  );
  t.same(planRelease(['open', 'sold', 'back', 'none', 'unknown'], known), {
    fresh: ['unknown'],
    ending: ['open', 'sold', 'none'],
    pieces: new Map([['a', 3]]),
  });
  t.end();
});
