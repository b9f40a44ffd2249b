/** How entries are handled: in order by key, in parallel across keys, acknowledged after their effect. */
import { test } from 'tap';
import { eventually } from '../support.ts';
import { listen, openBus, pendingOf } from './kit.ts';

test('entries with one key are handled in order, others at the same time', async (t) => {
  const kit = await openBus(t, { options: { handlerBatch: 3, concurrency: 4 } });
  const running = new Set<string>();
  let together = 0;
  const seen = listen(kit, async (events) => {
    for (const { key } of events) {
      t.notOk(running.has(key), `no other entry of ${key} is being handled`);
      running.add(key);
    }
    together = Math.max(together, running.size);
    await new Promise((resolve) => setImmediate(resolve));
    for (const { key } of events) running.delete(key);
  });
  const events = Array.from({ length: 300 }, (_, n) => ({ k: `key-${n % 7}`, n }));
  await kit.append(...events);
  await kit.bus.start();

  await eventually('all are handled', () => seen.length === events.length);
  for (const [key, ofKey] of Map.groupBy(seen, (event) => event.key)) {
    const order = ofKey.map(({ data }) => data.n);
    t.same(
      order,
      order.toSorted((a, b) => a - b),
      `${key} came in order`,
    );
  }
  t.ok(together > 1, `${together} keys were handled at the same time`);
});

test('a batch holds no two entries of one key, and serves many keys by one call', async (t) => {
  const kit = await openBus(t);
  const batches: string[][] = [];
  const seen = listen(kit, (events) => void batches.push(events.map(({ key }) => key)));
  await kit.append(...Array.from({ length: 200 }, (_, n) => ({ k: `key-${n % 100}`, n })));
  await kit.bus.start();

  await eventually('all are handled', () => seen.length === 200);
  t.ok(batches.every((keys) => new Set(keys).size === keys.length));
  t.ok(batches.length < 20, `${batches.length} calls for 200 entries`);
});

test('two copies of a reader share a backlog', async (t) => {
  const few = { readBatch: 10, maxInFlight: 20, handlerBatch: 5 };
  const first = await openBus(t, { options: few });
  const second = await openBus(t, { options: few, place: first.place });
  const both = [first, second].map((kit) =>
    listen(kit, () => new Promise((resolve) => setTimeout(resolve, 20))),
  );
  const count = 400;
  await first.append(...Array.from({ length: count }, (_, n) => ({ k: `key-${n}`, n })));
  await Promise.all([first.bus.start(), second.bus.start()]);

  await eventually('all are handled', () => both.flat().length >= count);
  const handled = new Set(both.flat().map(({ data }) => data.n));
  t.equal(handled.size, count, 'none is left out');
  for (const { length } of both) t.ok(length >= count / 4, `one of them has handled ${length}`);
});

test('an entry is acknowledged only after its effect is stored', async (t) => {
  const kit = await openBus(t);
  let store: (() => void) | undefined;
  const stored = new Promise<void>((resolve) => (store = resolve));
  const seen = listen(kit, () => stored);
  await kit.append({ k: 'a', n: 1 });
  await kit.bus.start();

  await eventually('the handler has the entry', () => seen.length === 1);
  t.equal(await pendingOf(kit), 1, 'it is pending while the handler works');
  store?.();
  await eventually('it is acknowledged', async () => (await pendingOf(kit)) === 0);
});

test('backpressure: a slow handler stops its reader, and memory stays bounded', async (t) => {
  const kit = await openBus(t, {
    options: { readBatch: 10, maxInFlight: 30, handlerBatch: 5, concurrency: 1 },
  });
  let go: (() => void) | undefined;
  const gate = new Promise<void>((resolve) => (go = resolve));
  const seen = listen(kit, () => gate);
  await kit.append(...Array.from({ length: 500 }, (_, n) => ({ k: `key-${n}`, n })));
  await kit.bus.start();

  await eventually('the reader has stopped reading', async () => (await pendingOf(kit)) >= 30);
  const since = Date.now();
  await eventually('further reads would have come back', () => Date.now() - since > 300);
  t.ok((await pendingOf(kit)) <= 40, 'no more than the bound and one read are held');
  go?.();
  await eventually('the rest is handled', () => seen.length === 500);
});

test('stopping drains: what is in flight ends and is acknowledged, the rest is handed back', async (t) => {
  const kit = await openBus(t, { options: { handlerBatch: 1, concurrency: 2 } });
  let go: (() => void) | undefined;
  const gate = new Promise<void>((resolve) => (go = resolve));
  const seen = listen(kit, () => gate);
  await kit.append(...Array.from({ length: 10 }, (_, n) => ({ k: `key-${n}`, n })));
  await kit.bus.start();
  await eventually('two are being handled', () => seen.length === 2);

  const stopped = kit.bus.stop();
  go?.();
  await stopped;
  t.equal(seen.length, 2, 'nothing new was begun');
  t.equal(await pendingOf(kit), 8, 'only what was done is acknowledged');

  const next = await openBus(t, { place: kit.place });
  const rest = listen(next);
  await next.bus.start();
  await eventually('the next process has the rest', () => rest.length === 8);
  t.same(
    rest.map(({ data }) => data.n).toSorted((a, b) => a - b),
    [2, 3, 4, 5, 6, 7, 8, 9],
  );
});

test('a handler that does not end is left after the bound, its entry unacknowledged', async (t) => {
  const kit = await openBus(t, { options: { drainMs: 200 } });
  const seen = listen(kit, () => new Promise<void>(() => undefined));
  await kit.append({ k: 'a', n: 1 });
  await kit.bus.start();
  await eventually('it is being handled', () => seen.length === 1);
  await kit.bus.stop();
  t.equal(await pendingOf(kit), 1, 'it is left for the next process');

  const next = await openBus(t, { place: kit.place });
  const again = listen(next);
  await next.bus.start();
  await eventually('the next process has it at once', () => again.length === 1);
  await eventually('and acknowledges it', async () => (await pendingOf(kit)) === 0);
});
