/** Writing is cheap where it is batched: concurrent callers share a batch, a lone one waits for nobody. */
import * as fc from 'fast-check';
import { test } from 'tap';
import { chunk, groupCommit } from '../../../src/bus/scheduling.ts';

test('what comes in one turn, or while a batch is under way, is one batch', async (t) => {
  const made: number[][] = [];
  const gates: (() => void)[] = [];
  const double = groupCommit<number, number>(async (items) => {
    made.push(items);
    await new Promise<void>((resolve) => gates.push(resolve));
    return items.map((item) => item * 2);
  });

  const first = [double(1), double(2)];
  await new Promise((resolve) => setImmediate(resolve));
  const second = [double(3), double(4), double(5)];
  gates[0]!();
  t.same(await Promise.all(first), [2, 4], 'each has its own result');
  gates[1]!();
  t.same(await Promise.all(second), [6, 8, 10]);
  t.same(made, [
    [1, 2],
    [3, 4, 5],
  ]);
});

test('a batch has a limit, and what is beyond it goes with the next', async (t) => {
  const sizes: number[] = [];
  const one = groupCommit<number, number>(async (items) => {
    sizes.push(items.length);
    return items;
  });
  const items = Array.from({ length: 600 }, (_, n) => n);
  t.same(await Promise.all(items.map(one)), items);
  t.same(sizes, [250, 250, 100]);
});

test('an item that fails alone, and a batch that fails, reject; the next goes on', async (t) => {
  const work = groupCommit<number, number>(async (items) => {
    if (items.includes(0)) throw new Error('the store is away');
    return items.map((item) => (item < 0 ? new Error('not this one') : item));
  });
  const [bad, good] = await Promise.allSettled([work(-1), work(1)]);
  t.match(bad, { status: 'rejected', reason: { message: 'not this one' } });
  t.match(good, { status: 'fulfilled', value: 1 });
  await t.rejects(work(0), { message: 'the store is away' });
  t.equal(await work(7), 7);
});

test('a sequence is given whole, in its order, in batches that are full but for the last', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat()), fc.integer({ min: 1, max: 9 }), async (items, size) => {
      const all = await Array.fromAsync(chunk(items, size));
      const sizes = all.map(({ length }) => length);
      const last = sizes.at(-1) ?? size;
      return (
        all.flat().join() === items.join() &&
        sizes.slice(0, -1).every((each) => each === size) &&
        last > 0 &&
        last <= size
      );
    }),
  );
  t.pass('of any length');
});
