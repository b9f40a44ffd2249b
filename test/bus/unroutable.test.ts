/** What a reader does not know: it is kept and reported, and stops nobody. */
import { pino } from 'pino';
import { test, type Test } from 'tap';
import { Type } from 'typebox';
import { defineEvent, on } from '../../src/bus/index.ts';
import { SILENT } from '../../src/bus/observer.ts';
import { eventually } from '../support.ts';
import { happened, listen, openBus, pendingOf, STREAM, type BusKit, type Happened } from './kit.ts';

/** An event of the same stream that nobody here listens to; entries without a type mean it. */
const forgotten = defineEvent({
  stream: STREAM,
  type: 'thing.forgotten',
  v: 1,
  key: 'k',
  data: { k: Type.String() },
  untyped: () => true,
});

interface Reader {
  kit: BusKit;
  seen: Happened[];
  /** How many entries were reported as skipped, and the types that were logged. */
  skipped: () => number;
  logged: string[];
}

async function openReader(t: Test, contracts = [happened, forgotten]): Promise<Reader> {
  const logged: string[] = [];
  let skipped = 0;
  const log = pino(
    { level: 'warn' },
    {
      write(line) {
        const { type, msg } = JSON.parse(line) as { type: string; msg: string };
        if (msg.includes('no contract knows')) logged.push(type);
      },
    },
  );
  const observer = { ...SILENT, skipped: () => void (skipped += 1) };
  const kit = await openBus(t, { contracts, observer, log });
  return { kit, seen: listen(kit), skipped: () => skipped, logged };
}

/** Appends entries as a stranger might, and one that is known behind them. */
async function append({ kit, seen }: Reader, entries: Record<string, string>[]): Promise<void> {
  const before = seen.length;
  for (const fields of entries)
    await kit.env.redis.xadd(kit.key, '*', ...Object.entries(fields).flat());
  await kit.append({ k: 'after', n: 1 });
  await eventually('the entry behind them is handled', () => seen.length > before);
  await eventually('nothing is pending', async () => (await pendingOf(kit)) === 0);
}

test('an event of a type that no contract knows is skipped, counted, and logged once', async (t) => {
  const reader = await openReader(t);
  await reader.kit.bus.start();
  const dreamt = { type: 'thing.dreamt', k: 'a' };
  await append(reader, [dreamt, dreamt, { type: 'thing.lost', k: 'a' }]);
  t.equal(reader.skipped(), 3);
  t.same(reader.logged, ['thing.dreamt', 'thing.lost']);
  t.equal(await reader.kit.bus.deadLetters(STREAM, 'readers').count(), 0);
  const kept = await reader.kit.env.redis.xrange(reader.kit.key, '-', '+');
  t.equal(kept.length, 4, 'it stays in its stream, as every entry does');
});

test('an event that another contract knows is no stranger', async (t) => {
  const reader = await openReader(t);
  await reader.kit.bus.start();
  await append(reader, [{ type: 'thing.forgotten', v: '7', k: 'a' }, { k: 'without a type' }]);
  t.equal(reader.skipped(), 0);
  t.same(reader.logged, []);
});

test('an entry without a type is a stranger where no contract claims such entries', async (t) => {
  const reader = await openReader(t, [happened]);
  await reader.kit.bus.start();
  await append(reader, [{ k: 'without a type' }]);
  t.equal(reader.skipped(), 1);
  t.same(reader.logged, ['']);
});

test('however many types a stranger makes up, memory and log stay bounded', async (t) => {
  const reader = await openReader(t);
  await reader.kit.bus.start();
  const types = Array.from({ length: 150 }, (_, i) => `made.up.${i}.${'x'.repeat(1000)}`);
  await append(
    reader,
    types.map((type) => ({ type, k: 'a' })),
  );
  t.equal(reader.skipped(), 150, 'all are counted');
  t.equal(reader.logged.length, 100, 'some are logged');
  t.ok(reader.logged.every((type) => type.length <= 128));
});

test('a version that the reader does not know is kept as a dead letter, until a reader knows it', async (t) => {
  const reader = await openReader(t);
  await reader.kit.bus.start();
  await append(reader, [{ type: 'thing.happened', v: '2', k: 'a', size: 'large' }]);
  const letters = await reader.kit.bus.deadLetters(STREAM, 'readers').list('-', 10);
  t.match(letters, [
    {
      error: 'thing.happened has version 2, which this process does not know',
      fields: { k: 'a', size: 'large' },
    },
  ]);
  t.equal(reader.skipped(), 0);

  const newer = await openBus(t, { env: reader.kit.env });
  const sizes: string[] = [];
  const happened2 = defineEvent({
    stream: STREAM,
    type: 'thing.happened',
    v: 2,
    key: 'k',
    data: { k: Type.String(), size: Type.String() },
  });
  newer.bus.subscribe('readers', [
    on(happened2, async (events) => void sizes.push(...events.map(({ data }) => data.size))),
  ]);
  await newer.bus.start();
  const [subscription] = newer.bus.subscriptions;
  const toReplay = newer.bus.deadLetters(STREAM, 'readers').read('-', 10);
  t.match(await subscription?.replay(toReplay), { replayed: [letters[0]?.id], failed: [] });
  t.same(sizes, ['large']);
  t.equal(await newer.bus.deadLetters(STREAM, 'readers').count(), 0);
});

test('a dead letter of a type that its group does not listen to any more is kept when it is replayed', async (t) => {
  const reader = await openReader(t);
  await reader.kit.bus.start();
  await append(reader, [{ type: 'thing.happened', v: '2', k: 'a' }]);
  const letters = await reader.kit.bus.deadLetters(STREAM, 'readers').list('-', 10);

  const later = await openBus(t, { env: reader.kit.env });
  later.bus.subscribe('readers', [on(forgotten, async () => undefined)]);
  await later.bus.start();
  const [subscription] = later.bus.subscriptions;
  const toReplay = later.bus.deadLetters(STREAM, 'readers').read('-', 10);
  t.match(await subscription?.replay(toReplay), {
    replayed: [],
    failed: [{ id: letters[0]?.id, error: /does not listen/ }],
  });
  t.equal(await later.bus.deadLetters(STREAM, 'readers').count(), 1);
});
