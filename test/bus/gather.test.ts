/** Writing is cheap where it is batched: concurrent callers share a batch, a lone one waits for nobody. */
import { test } from 'tap';
import { gather } from '../../src/bus/publish/batching.ts';

test('what comes in one turn, or while a batch is under way, is one batch', async (t) => {
  const batches: number[][] = [];
  const gates: (() => void)[] = [];
  const double = gather<number, number>(async (items) => {
    batches.push(items);
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
  t.same(batches, [
    [1, 2],
    [3, 4, 5],
  ]);
});

test('a batch has a limit, and what is beyond it goes with the next', async (t) => {
  const sizes: number[] = [];
  const one = gather<number, number>(async (items) => {
    sizes.push(items.length);
    return items;
  });
  const items = Array.from({ length: 600 }, (_, n) => n);
  t.same(await Promise.all(items.map(one)), items);
  t.same(sizes, [250, 250, 100]);
});

test('an item that fails alone, and a batch that fails, reject; the next goes on', async (t) => {
  const work = gather<number, number>(async (items) => {
    if (items.includes(0)) throw new Error('the store is away');
    return items.map((item) => (item < 0 ? new Error('not this one') : item));
  });
  const [bad, good] = await Promise.allSettled([work(-1), work(1)]);
  t.match(bad, { status: 'rejected', reason: { message: 'not this one' } });
  t.match(good, { status: 'fulfilled', value: 1 });
  await t.rejects(work(0), { message: 'the store is away' });
  t.equal(await work(7), 7);
});
