/** How entries are handled: in order by key, in parallel across keys, acknowledged after their effect. */
import { test, type Test } from 'tap';
import { Type } from 'typebox';
import { defineEvent, isOf, onAll, UnrecoverableError, type EventOf } from '../../src/bus/index.ts';
import { eventually } from '../support.ts';
import { happened, listen, openBus, pendingOf, STREAM } from './kit.ts';

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

const ended = defineEvent({
  stream: STREAM,
  type: 'thing.ended',
  v: 1,
  key: 'k',
  data: { k: Type.String(), n: Type.Integer(), why: Type.String() },
});

type Thing = EventOf<typeof happened | typeof ended>;

/** A bus that has one handler of both events, and 60 entries of six keys, of both types in turns. */
async function openMixed(t: Test, handle: (events: Thing[]) => Promise<void>, lingerMs = 0) {
  const kit = await openBus(t, { contracts: [happened, ended] });
  kit.bus.subscribe('readers', onAll([happened, ended], handle, { lingerMs }));
  const events = Array.from({ length: 60 }, (_, n) => {
    const data = { k: `key-${n % 6}`, n };
    return n % 4 < 2 ? happened.create(data) : ended.create({ ...data, why: 'so' });
  });
  const append = async () => void (await kit.bus.publisher.publish(STREAM, events));
  return { ...kit, append };
}

/** Whether those of each key came in the order of their numbers. */
const inOrder = (events: Thing[]): boolean =>
  [...Map.groupBy(events, ({ key }) => key).values()].every((ofKey) =>
    ofKey.every(({ data }, i) => i === 0 || ofKey[i - 1]!.data.n < data.n),
  );

test('a handler of several events has all that wait in one batch, those of a key in their order', async (t) => {
  const batches: Thing[][] = [];
  const kit = await openMixed(t, async (events) => void batches.push(events));
  await kit.append();
  await kit.bus.start();

  await eventually('all are handled', () => batches.flat().length === 60);
  t.ok(batches.length <= 4, `${batches.length} calls`);
  t.ok(inOrder(batches.flat()));
  const [first] = batches.flat().filter((event) => isOf(ended, event));
  t.equal(first?.data.why, 'so', 'they are told apart by their contract');
  await eventually('all are acknowledged', async () => (await pendingOf(kit)) === 0);
});

test('one that fails comes again before those of its key, and one that never works lets them go on', async (t) => {
  const handled: Thing[] = [];
  let failures = 0;
  const kit = await openMixed(t, async (events) => {
    if (events.some(({ data }) => data.n === 7)) throw new UnrecoverableError('never');
    if (events.some(({ data }) => data.n === 14) && (failures += 1) < 4) throw new Error('not yet');
    handled.push(...events);
  });
  await kit.append();
  await kit.bus.start();

  await eventually('all but one are handled', () => handled.length === 59);
  t.ok(inOrder(handled));
  t.notOk(handled.some(({ data }) => data.n === 7));
  await eventually('all are acknowledged', async () => (await pendingOf(kit)) === 0);
  t.equal(await kit.bus.deadLetters(STREAM, 'readers').count(), 1);
});

test('a batch that lingers takes in what comes meanwhile, and one that is full does not wait', async (t) => {
  const sizes: number[] = [];
  const kit = await openMixed(t, async (events) => void sizes.push(events.length), 500);
  await kit.bus.start();
  await kit.append();
  await kit.append();
  await eventually('all are handled', () => sizes.reduce((sum, size) => sum + size, 0) === 120);
  t.same(sizes, [120]);

  const many = await openBus(t, { options: { handlerBatch: 10 } });
  const seen = listen(many, undefined, 'readers', { lingerMs: 3_600_000 });
  await many.append(...Array.from({ length: 20 }, (_, n) => ({ k: `key-${n}`, n })));
  await many.bus.start();
  await eventually('both full batches are handled', () => seen.length === 20);
});

test('two copies of a reader share a backlog', async (t) => {
  const few = { readBatch: 10, maxInFlight: 20, handlerBatch: 5 };
  const first = await openBus(t, { options: few });
  const second = await openBus(t, { options: few, env: first.env });
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

  const next = await openBus(t, { env: kit.env });
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

  const next = await openBus(t, { env: kit.env });
  const again = listen(next);
  await next.bus.start();
  await eventually('the next process has it at once', () => again.length === 1);
  await eventually('and acknowledges it', async () => (await pendingOf(kit)) === 0);
});
