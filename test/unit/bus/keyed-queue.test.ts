/** The keyed queue: order within a key, company across keys, under any interleaving and any retries. */
import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { test } from 'tap';
import {
  createKeyedQueue,
  type Batching,
  type Keyed,
  type KeyedQueueOptions,
} from '../../../src/bus/consume/keyed-queue.ts';

interface Item extends Keyed<Item> {
  n: number;
  /** How often it must run again before it is done. */
  failures: number;
}

/** How items are put together: at once or with a wait, one of a key or several in a batch. */
const BATCHINGS: readonly Batching[] = [
  { lingerMs: 0, repeatsKeys: false },
  { lingerMs: 0, repeatsKeys: true },
  { lingerMs: 1, repeatsKeys: true },
];

const anItem = fc.record({
  key: fc.constantFrom('a', 'b', 'c'),
  batching: fc.constantFrom(...BATCHINGS),
  failures: fc.integer({ min: 0, max: 2 }),
});

const aRun = fc.record({
  items: fc.array(anItem, { minLength: 1, maxLength: 25 }),
  concurrency: fc.integer({ min: 1, max: 3 }),
  batch: fc.integer({ min: 1, max: 4 }),
  /** How many turns of the event loop each batch takes, over and over. */
  turns: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 5 }),
  /** How many items are added at a time. */
  together: fc.integer({ min: 1, max: 6 }),
});

/** The items of a batch that must run again: those that fail, and all behind them with their key. */
function mustRunAgain(batch: readonly Item[]): Map<Item, number> {
  const again = new Map<Item, number>();
  const held = new Set<string>();
  for (const item of batch) {
    if (item.failures > 0) held.add(item.key);
    if (!held.has(item.key)) continue;
    item.failures = Math.max(0, item.failures - 1);
    again.set(item, item.n % 2);
  }
  return again;
}

test('items with one key run in their order, however batches interleave and fail', async (t) => {
  await fc.assert(
    fc.asyncProperty(aRun, async ({ items: made, concurrency, batch, turns, together }) => {
      const items: Item[] = made.map((item, n) => ({ ...item, n }));
      const done: Item[] = [];
      const keysAtWork = new Set<string>();
      let running = 0;
      let batches = 0;
      const finished = Promise.withResolvers<void>();
      const run: KeyedQueueOptions<Item>['run'] = async (taken) => {
        const keys = new Set(taken.map(({ key }) => key));
        running += 1;
        if (running > concurrency) throw new Error('more batches run than may');
        if (taken.length > batch) throw new Error('a batch is larger than it may be');
        if (new Set(taken.map(({ batching }) => batching)).size > 1)
          throw new Error('a batch mixes items that are put together in other ways');
        if (keys.size < taken.length && !taken[0]!.batching.repeatsKeys)
          throw new Error('a batch holds a key twice');
        for (const key of keys) {
          if (keysAtWork.has(key)) throw new Error('a key is at work twice');
          keysAtWork.add(key);
        }
        for (let i = turns[batches++ % turns.length]!; i > 0; i -= 1) await turn();
        const again = mustRunAgain(taken);
        for (const key of keys) keysAtWork.delete(key);
        running -= 1;
        done.push(...taken.filter((item) => !again.has(item)));
        if (done.length === items.length) finished.resolve();
        return again;
      };
      const queue = createKeyedQueue<Item>({
        concurrency,
        batch,
        run: (taken) =>
          run(taken).catch((error: unknown) => {
            finished.reject(error);
            return new Map();
          }),
      });
      for (let i = 0; i < items.length; i += together) {
        queue.add(items.slice(i, i + together));
        await turn();
      }
      await finished.promise;
      await queue.stop();
      for (const key of ['a', 'b', 'c']) {
        const order = done.filter((item) => item.key === key).map(({ n }) => n);
        const added = items.filter((item) => item.key === key).map(({ n }) => n);
        if (order.join() !== added.join()) throw new Error(`${order.join()} is not their order`);
      }
      return new Set(done).size === items.length;
    }),
    { numRuns: 150 },
  );
  t.pass('in each of them');
});

test('an item that waits to run again holds up its own key, and no other', async (t) => {
  const ran: string[] = [];
  const batching: Batching = { lingerMs: 0, repeatsKeys: false };
  const queue = createKeyedQueue<Item>({
    concurrency: 1,
    batch: 1,
    async run([item]) {
      ran.push(`${item!.key}${item!.n}`);
      return new Map(item!.n === 0 && item!.key === 'a' ? [[item!, 60_000]] : []);
    },
  });
  queue.add(['a', 'a', 'b', 'b'].map((key, i) => ({ key, n: i % 2, batching, failures: 0 })));
  for (let i = 0; i < 10; i += 1) await turn();
  await queue.whenIdle();
  t.same(ran, ['a0', 'b0', 'b1']);
  await queue.stop();
});

test('what is stopped starts nothing more, and stopping waits for what runs', async (t) => {
  const batching: Batching = { lingerMs: 0, repeatsKeys: false };
  const gate = Promise.withResolvers<void>();
  const ran: number[] = [];
  const queue = createKeyedQueue<Item>({
    concurrency: 1,
    batch: 1,
    async run([item]) {
      await gate.promise;
      ran.push(item!.n);
      return new Map();
    },
  });
  queue.add([0, 1].map((n) => ({ key: String(n), n, batching, failures: 0 })));
  const stopped = queue.stop();
  gate.resolve();
  await stopped;
  await turn();
  t.same(ran, [0]);
});
