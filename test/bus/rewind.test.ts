/** A group may be set back to any point: it reads on from there, nothing is trimmed before, nothing looks lost. */
import { test, type Test } from 'tap';
import { keyBeside } from '../../src/bus/connections.ts';
import { inspectStream } from '../../src/bus/maintain/stream-info.ts';
import { trim } from '../../src/bus/maintain/trimming.ts';
import { eventually } from '../support.ts';
import { listen, openBus, pendingOf, STREAM, type BusKit } from './kit.ts';

const things = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ k: `key-${from + i}`, n: from + i }));

const readers = async ({ bus }: BusKit) =>
  (await bus.inspect(STREAM))!.groups.find(({ group }) => group === 'readers')!;

/** A bus whose group `readers` has handled `count` things, with the ids of their entries. */
async function openHandled(t: Test, count: number) {
  const kit = await openBus(t, { options: { housekeepEveryMs: 50 } });
  let recoveries = 0;
  kit.bus.maintain(STREAM, { maxLength: 1_000_000, maxAgeMs: 0 }, async () => {
    recoveries += 1;
  });
  const seen = listen(kit);
  await kit.bus.start();
  await kit.append(...things(0, count));
  await eventually('all are acknowledged', async () => {
    const { lag, pending } = await readers(kit);
    return seen.length === count && lag === 0 && pending === 0;
  });
  await eventually('the first look was taken', () => recoveries === 1);
  const ids = (await kit.env.redis.xrange(kit.key, '-', '+')).map(([id]) => id);
  return { kit, seen, ids, recoveries: () => recoveries };
}

async function rewind({ bus }: BusKit, to: string) {
  const { operations } = bus;
  const looked = await operations.planRewind(STREAM, 'readers', to);
  if (looked.kind !== 'done') throw new Error(`it cannot be set back: ${looked.kind}`);
  return { ...looked.plan, outcome: await operations.rewind(STREAM, 'readers', to, looked.plan) };
}

test('a group that is set back to an id handles that entry and all after it again, while it is read', async (t) => {
  const { kit, seen, ids, recoveries } = await openHandled(t, 2500);
  const { entries, first, outcome } = await rewind(kit, ids[500]!);
  t.equal(entries, 2000);
  t.equal(first, ids[500]);
  t.match(outcome, { kind: 'done', plan: { entries: 2000 } });
  await eventually('they are handled again', () => seen.length === 4500);
  await eventually('and acknowledged', async () => (await pendingOf(kit)) === 0);
  const again = new Set(seen.slice(2500).map(({ data }) => data.n));
  t.equal(again.size, 2000, 'each once');
  t.equal(Math.min(...again), 500);
  t.equal((await readers(kit)).lag, 0);
  t.equal(recoveries(), 1, 'no data loss was seen');
});

test('a group that is set back to a time handles what came from then on again', async (t) => {
  const { kit, seen } = await openHandled(t, 10);
  const since = Date.now() + 5;
  await eventually('time goes by', () => Date.now() > since + 5);
  await kit.append(...things(10, 7));
  await eventually('these are handled, too', () => seen.length === 17);
  const { entries } = await rewind(kit, String(since));
  t.equal(entries, 7);
  await eventually('they are handled again', () => seen.length === 24);
});

test('what a set-back comes to is known before, and its lag is exact at once', async (t) => {
  const { kit, ids } = await openHandled(t, 3000);
  await kit.bus.operations.pause(STREAM, 'readers');
  const { entries } = await rewind(kit, ids[1]!);
  t.equal(entries, 2999);
  const info = await readers(kit);
  t.equal(info.lag, 2999);
  t.equal(info.oldestUnacknowledgedAt, Number(ids[1]!.split('-')[0]));
  await kit.append(...things(3000, 1));
  t.equal((await readers(kit)).lag, 3000);
});

test('a group is not set forwards, and not where it has changed since it was looked at', async (t) => {
  const { kit, seen, ids } = await openHandled(t, 100);
  const { operations } = kit.bus;
  t.match(await operations.planRewind(STREAM, 'readers', `${Date.now() + 60_000}`), {
    kind: 'forwards',
  });
  t.match(await operations.planRewind(STREAM, 'strangers', '0-0'), { kind: 'gone' });
  const looked = await operations.planRewind(STREAM, 'readers', ids[50]!);
  if (looked.kind !== 'done') throw new Error(looked.kind);
  await kit.env.redis.xtrim(kit.key, 'MAXLEN', 20);
  t.match(await operations.rewind(STREAM, 'readers', ids[50]!, looked.plan), {
    kind: 'changed',
    plan: { entries: 20 },
  });
  t.equal(seen.length, 100, 'nothing was done');
});

test('what the group was given since it was looked at is handled again, too, and counted', async (t) => {
  const { kit, seen, ids } = await openHandled(t, 50);
  const { operations } = kit.bus;
  const looked = await operations.planRewind(STREAM, 'readers', ids[0]!);
  if (looked.kind !== 'done') throw new Error(looked.kind);
  await kit.append(...things(50, 25));
  await eventually('they are handled', () => seen.length === 75);
  t.match(await operations.rewind(STREAM, 'readers', ids[0]!, looked.plan), {
    kind: 'done',
    plan: { entries: 75 },
  });
  await eventually('all are handled again', () => seen.length === 150);
});

test('entries that are pending stay with their consumers when their group is set back', async (t) => {
  const kit = await openBus(t);
  const { promise: held, resolve: end } = Promise.withResolvers<void>();
  const seen = listen(kit, ([one]) => (one?.data.n === 7 ? held : undefined));
  await kit.bus.start();
  await kit.append(...things(0, 7));
  await eventually('these are done', async () => seen.length === 7 && (await pendingOf(kit)) === 0);
  await kit.append(...things(7, 1));
  await eventually('one is in flight', () => seen.length === 8);
  const { pending, entries } = await rewind(kit, '0-0');
  t.equal(pending, 1);
  t.equal(entries, 8);
  await eventually('those that are done are handled again', () => seen.length === 15);
  end();
  await eventually('all are acknowledged', async () => (await pendingOf(kit)) === 0);
  t.equal(seen.length, 15, 'what was in flight was handled once');
});

test('nothing that a group is to be given again is trimmed, by a look from before either', async (t) => {
  const { kit, ids } = await openHandled(t, 1000);
  await kit.bus.operations.pause(STREAM, 'readers');
  const before = (await inspectStream(kit.env.redis, kit.key))!;
  await rewind(kit, ids[10]!);
  t.equal(await trim(kit.env.redis, kit.key, before, { maxLength: 0, maxAgeMs: 1 }), 0);
  t.equal(await kit.env.redis.xlen(kit.key), 1000);
});

test('a Redis that loses a group which was set back creates it anew where it was set to', async (t) => {
  const { kit, seen, ids } = await openHandled(t, 100);
  await kit.bus.stop();
  await rewind(kit, ids[40]!);
  const positions = keyBeside(kit.key, 'positions');
  t.ok((await kit.env.redis.hget(positions, 'readers'))! < ids[40]!);
  await kit.env.redis.xgroup('DESTROY', kit.key, 'readers');
  const heir = await openBus(t, { env: kit.env });
  const again = listen(heir);
  await heir.bus.start();
  await eventually('all from there on are handled again', () => again.length === 60);
  t.equal(seen.length, 100);
});
